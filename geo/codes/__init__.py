"""Code lists, edited by dates: a word is added, renamed or ended from a day on."""
