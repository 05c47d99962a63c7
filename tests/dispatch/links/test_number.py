import pytest

from dispatch.links.number import caller_key, same_caller


@pytest.mark.parametrize(
    "written",
    [
        "0912 000 0777",
        "+98 912 000 0777",
        "0098-912-000-0777",
        "۰۹۱۲۰۰۰۰۷۷۷",
        "٠٩١٢٠٠٠٠٧٧٧",
        "9120000777",
    ],
)
def test_one_number_in_all_its_forms(written: str) -> None:
    assert caller_key(written) == "9120000777"


@pytest.mark.parametrize("written", [None, "", "123", "110", "no number", "000000000000"])
def test_too_few_digits_are_nobodys_number(written: str | None) -> None:
    assert caller_key(written) is None


def test_a_number_without_the_code_of_its_area_is_the_same() -> None:
    assert same_caller(caller_key("086-3333 4444"), caller_key("33334444"))
    assert not same_caller(caller_key("086-3333 4444"), caller_key("33334445"))
    assert not same_caller(caller_key("0912 000 0777"), caller_key("0912 000 0778"))
    assert not same_caller(None, None)
