# Sourced, not run: `find_jdk` sets `jdk` to the home of a JDK 25 or newer, or fails.
# Reads the JAVA_VERSION line of each `release` file; starts no process unless JAVA_HOME is of no use.

find_jdk() {
  is_jdk25 "${JAVA_HOME:-}" && return
  if on_path=$(command -v javac) && on_path=$(readlink -f "$on_path"); then
    is_jdk25 "${on_path%/bin/javac}" && return
  fi
  for home in /usr/lib/jvm/* "${HOME:-/}"/.sdkman/candidates/java/* /opt/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    is_jdk25 "$home" && return
  done
  jdk=
  return 1
}

is_jdk25() {
  [ -n "$1" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*)
        version=${line#*\"}
        version=${version%%[!0-9]*}
        [ "${version:-0}" -ge 25 ] || return
        jdk=$1
        return
        ;;
    esac
  done <"$1/release"
  return 1
}

# find_jdk, or one line that says what to install, and exit 69 (EX_UNAVAILABLE).
need_jdk() {
  find_jdk && return
  echo "parley: needs a JDK 25 or newer: install one (for example Temurin 25), or set JAVA_HOME to it" >&2
  exit 69
}
