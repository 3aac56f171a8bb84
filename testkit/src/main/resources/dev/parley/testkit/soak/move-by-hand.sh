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

# One of the files given, another one each time; nothing if the pattern found none. No process is
# started for that: a claim is held for a moment only.
turn=0
pick() {
  found=
  [ -e "$1" ] || return 0
  turn=$((turn + 1))
  shift $((turn * 7 % $#))
  found=$1
}

# Into any of the buckets that are there.
back() {
  message=$1
  pick "$queue"/ready-4/*
  move "$message" "$found"
}

while [ ! -e "$stop" ]; do
  pick "$queue"/claimed/*/*
  back "$found"
  for aside in held dead; do
    pick "$queue"/ready-4/*/*
    move "$found" "$queue/$aside"
    pick "$queue"/claimed/*/*
    move "$found" "$queue/$aside"
    pick "$queue/$aside"/*
    back "$found"
    pick "$queue/$aside"/*
    back "$found"
  done
done

for aside in held dead; do
  pick "$queue/$aside"/*
  while [ -n "$found" ]; do
    back "$found"
    pick "$queue/$aside"/*
  done
done
now
echo "$nanos exit" >>"$ledger"
