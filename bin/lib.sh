# What the scripts in bin/ share; they source it from the repository's root.

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
export npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false

stamps=.venv/stamps

fail() { # WHAT-FAILED [WHAT-TO-DO...]
  printf 'sayyar: %s\n' "$1" >&2
  shift
  [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
  exit 1
}

# Run a command silently under a title; its output is shown only when it fails.
step() { # TITLE COMMAND...
  local title=$1 output
  shift
  printf '· %s\n' "$title"
  output=$(mktemp)
  if (export NO_COLOR=1; "$@") >"$output" 2>&1 </dev/null; then
    rm -f "$output"
  else
    tail -n 40 "$output" >&2
    fail "this step failed: $title" "command: $*" "its whole output: $output"
  fi
}

digest() { # reads text; prints its hash
  { sha256sum 2>/dev/null || shasum -a 256; } | cut -c1-40
}

# The hash of a folder's files, without what is installed, built or tested there.
digest_folder() { # FOLDER
  find "$1" \( -name node_modules -o -name dist -o -name tests \) -prune -o -type f -print |
    LC_ALL=C sort | xargs cksum | digest
}

# Run the steps of a function only when what it depends on has changed since they last succeeded.
unless_done() { # NAME KEY FUNCTION
  local stamp=$stamps/$1
  if [ "$(cat "$stamp" 2>/dev/null)" != "$2" ]; then
    rm -f "$stamp"
    "$3"
    mkdir -p "$stamps"
    printf '%s\n' "$2" >"$stamp"
  fi
}

system_family() { # prints debian, fedora, arch, alpine, macos or unknown
  if [ "$(uname -s)" = Darwin ]; then
    echo macos
    return
  fi
  local ID='' ID_LIKE=''
  [ ! -r /etc/os-release ] || . /etc/os-release
  case " $ID $ID_LIKE " in
    *" debian "* | *" ubuntu "*) echo debian ;;
    *" fedora "* | *" rhel "*) echo fedora ;;
    *" arch "*) echo arch ;;
    *" alpine "*) echo alpine ;;
    *) echo unknown ;;
  esac
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

apt_install() { # TITLE PACKAGE...
  local title=$1
  shift
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      fail "some packages are missing and there is no sudo" "as root: apt-get install $*"
    printf 'sayyar needs packages of the system: %s\n' "$*"
    sudo -v || fail "sudo was refused" "as root: apt-get install $*"
  fi
  step "Reading the lists of packages" as_root apt-get -q -o DPkg::Lock::Timeout=600 update
  step "$title" as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
    -o DPkg::Lock::Timeout=600 install --no-install-recommends "$@"
}

pip_install() {
  .venv/bin/python -m pip install --quiet "$@"
}

# What bin/check, bin/test and bin/bench need beyond running.
test_packages() {
  unless_done test-packages "$(digest <requirements/test.lock)" install_test_packages
}

install_test_packages() {
  step "Installing what tests need" pip_install --require-hashes -r requirements/test.lock
}
