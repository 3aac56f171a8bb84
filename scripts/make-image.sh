#!/bin/sh
# Makes cli/target/parley, which ./parley runs: the jars in lib/, the AOT cache made from them,
# the manual pages in man/ and the completion script.
# The build calls it: make-image.sh PARLEY_CLI_JAR CLASS_PATH
set -eu
root=$(dirname "$(dirname "$(readlink -f "$0")")")
image=$root/cli/target/parley
own_jar=$1

IFS=:
set -f
# shellcheck disable=SC2086 # split at colons
set -- $2
unset IFS
shift # the module's own target/classes, which own_jar holds

rm -rf "$image.new"
"$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 "$root/scripts/PrepareJars.java" \
  "$image.new/lib" "$own_jar" "$@"
printf '%s\n' "$JAVA_HOME" >"$image.new/jdk"

# Not by the launcher, which might begin to build.
run() {
  "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 --enable-native-access=dev.parley.sys \
    --module-path "$image.new/lib" -m dev.parley.cli/dev.parley.cli.Main "$@"
}
run man --write "$image.new/man/man1"
run completion >"$image.new/completion"

# A parley that is running keeps the jars that it has open.
rm -rf "$image"
mv "$image.new" "$image"

# The cache is a matter of speed only: without it parley runs as well, a little later.
PARLEY_TRAINING=1 PARLEY_SPACE=$image/training "$root/parley" >"$image/training.log" 2>&1 ||
  echo "make-image: no AOT cache, see $image/training.log" >&2
rm -rf "$image/training"
