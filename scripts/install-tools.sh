#!/bin/sh
# Installs the Debian packages that interoperation tests use, where this user may.
# Never fails: a test whose tool is absent is skipped by name.
packages="gcc libc6-dev python3-dirq e2fsprogs xfsprogs btrfs-progs util-linux sqlite3 inotify-tools attr lsof psmisc socat acl python3 iproute2 liblockfile-bin procmail git"

missing=
for package in $packages; do
  dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
    missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "check: installing$missing" >&2
  export DEBIAN_FRONTEND=noninteractive
  # Together, or else one by one: a package that cannot be had must not keep the others away.
  apt-get update -qq >&2 || true
  # shellcheck disable=SC2086 # a list of words
  apt-get install -qq -y --no-install-recommends $missing >&2 ||
    for package in $missing; do
      apt-get install -qq -y --no-install-recommends "$package" >&2 || true
    done
else
  echo "check: not installed, so the tests that use them are skipped:$missing" >&2
fi
exit 0
