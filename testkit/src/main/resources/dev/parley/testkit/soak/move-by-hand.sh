#!/bin/sh
# Moves messages as docs/layout.md ("By hand") allows, until the file STOP is there; then puts
# everything that is aside back. Arguments: the queue's folder, the ledger, STOP.
queue=$1 ledger=$2 stop=$3

# The boot-time clock in nanoseconds, rounded down.
now() {
  read -r up _ </proc/uptime
  nanos=${up%.*}${up#*.}0000000
}

# The file $1 into the folder $2. Each line is one write.
move() {
  [ -n "$1" ] && [ -n "$2" ] || return 0
  now
  echo "$nanos moving ${1##*/} $2" >>"$ledger"
  if mv -t "$2" "$1" 2>/dev/null; then
    now
    echo "$nanos moved ${1##*/} $2" >>"$ledger"
  fi
}

# One of what the folders given hold; nothing if they hold nothing.
any() {
  found=$(find "$@" -mindepth 1 -maxdepth 1 ! -name '.*' 2>/dev/null | shuf -n 1)
}

ready() {
  any "$queue"/ready-4
  bucket=$found
}

while [ ! -e "$stop" ]; do
  any "$queue"/claimed/*
  held=$found
  ready
  move "$held" "$bucket"

  for aside in held dead; do
    any "$queue"/ready-4/*
    move "$found" "$queue/$aside"
    any "$queue/$aside"
    message=$found
    ready
    move "$message" "$bucket"
  done
done

for aside in held dead; do
  while any "$queue/$aside" && [ -n "$found" ]; do
    message=$found
    ready
    move "$message" "$bucket"
  done
done
now
echo "$nanos exit" >>"$ledger"
