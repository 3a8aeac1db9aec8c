# Sourced by the launcher and by mvnw (POSIX sh). Finds a Java 25 or newer by reading the `release`
# file of each candidate, so that no JVM is started only to be asked for its version.

# accept_java HOME PROGRAM: sets JAVA_HOME, JAVA_BUILD and JAVA_SYSTEM (Linux-x86_64, Darwin-aarch64, ...)
# if HOME holds PROGRAM and is new enough.
accept_java() {
  [ -x "$1/bin/$2" ] && [ -r "$1/release" ] || return 1
  java_feature=0 java_build= java_os= java_arch=
  while IFS='=' read -r key value; do
    value=${value#\"} value=${value%\"}
    case $key in
      JAVA_VERSION) java_feature=${value%%[!0-9]*} ;;
      JAVA_RUNTIME_VERSION) java_build=$value ;;
      OS_NAME) java_os=$value ;;
      OS_ARCH) java_arch=$value ;;
    esac
  done <"$1/release"
  [ "${java_feature:-0}" -ge 25 ] || return 1
  JAVA_HOME=$1 JAVA_BUILD=${java_build:-$java_feature} JAVA_SYSTEM=$java_os-$java_arch
}

# find_java PROGRAM [HOME...]: `java` is enough to run, `javac` is needed to build. HOMEs go first.
find_java() {
  program=$1
  shift
  for candidate in "$@" "${VARVE_JAVA_HOME:-}" "${JAVA_HOME:-}"; do
    [ -n "$candidate" ] && accept_java "$candidate" "$program" && return
  done
  if on_path=$(command -v java); then
    while [ -L "$on_path" ]; do
      link=$(readlink "$on_path")
      case $link in /*) on_path=$link ;; *) on_path=${on_path%/*}/$link ;; esac
    done
    accept_java "${on_path%/bin/java}" "$program" && return
  fi
  for candidate in /usr/lib/jvm/*25* /usr/lib/jvm/* /usr/java/* /opt/*jdk* /opt/java/* \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/*; do
    accept_java "$candidate" "$program" && return
  done
  return 1
}

# java_missing WHO WHAT: says what to install, on stderr.
java_missing() {
  echo "$1: no $2 25 or newer found (looked at VARVE_JAVA_HOME, JAVA_HOME, java on the PATH," \
    "/usr/lib/jvm, /opt, ~/.sdkman and ~/.jdks)." >&2
  echo "Install one, for example: apt-get install openjdk-25-jdk-headless," \
    "dnf install java-25-openjdk-devel, brew install openjdk@25, or https://adoptium.net;" \
    "then, if it is in another place, set VARVE_JAVA_HOME to it." >&2
}
