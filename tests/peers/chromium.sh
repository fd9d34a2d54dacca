#!/bin/sh
# Chromium, in which the tests open the page that `gateway explain --html` writes.
# Installed from Debian where apt-get is there and the user may; else it is said what to install.

for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then
    echo "$name is installed"
    exit 0
  fi
done

if ! command -v apt-get >/dev/null; then
  root=none
elif [ "$(id -u)" = 0 ]; then
  root=
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  root="sudo -n"
else
  root=none
fi

if [ "$root" != none ]; then
  echo "installing chromium"
  export DEBIAN_FRONTEND=noninteractive
  if { $root apt-get -qq update && $root apt-get -qq install -y --no-install-recommends chromium; } >/dev/null; then
    echo "chromium is installed"
    exit 0
  fi
fi
echo "Chromium is not installed: the tests of the page of \`gateway explain\` are skipped." \
  "To run them, install the package chromium (on Debian, as root: apt-get install chromium)." >&2
