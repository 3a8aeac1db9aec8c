#!/bin/sh
# generate-docs.sh DIRECTORY CLASSPATH: man pages and completions, as the commands describe themselves.
set -eu
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
. "$here/lib/find-java.sh"
find_java java || { java_missing generate-docs Java; exit 1; }

varve() {
  "$JAVA_HOME/bin/java" -cp "$classpath" dev.varve.cli.Main "$@"
}
directory=$1
classpath=$2
mkdir -p "$directory/man/man1" "$directory/bash-completion/completions" \
  "$directory/zsh/site-functions"
varve generate-man "$directory/man/man1"
varve completion bash >"$directory/bash-completion/completions/varve"
varve completion zsh >"$directory/zsh/site-functions/_varve"
