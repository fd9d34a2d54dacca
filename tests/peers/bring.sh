#!/bin/sh
# Brings one program that tests need from Debian, where apt-get is there and the user may; else says what to install.
#
#   sh tests/peers/bring.sh "PROGRAM..." PACKAGE WHY
#
# PROGRAM... are the names under which the program may already be there, WHY is what is skipped without it.

programs=$1
package=$2
why=$3

present() {
  for name in $programs; do
    if command -v "$name" >/dev/null; then
      echo "$name is installed"
      return 0
    fi
  done
  return 1
}

# Prints what to put before a command to run it as root; fails where this user may not.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    echo
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    echo "sudo -n"
  else
    return 1
  fi
}

install_package() {
  command -v apt-get >/dev/null && root=$(as_root) || return 1
  echo "installing $package"
  export DEBIAN_FRONTEND=noninteractive
  { $root apt-get -qq update && $root apt-get -qq install -y --no-install-recommends "$package"; } >/dev/null
}

present && exit 0
install_package && present && exit 0
echo "${programs%% *} is not installed: $why" \
  "To run them, install the package $package (on Debian, as root: apt-get install $package)." >&2
