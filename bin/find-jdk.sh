# Sourced by the scripts of this project: finds a JDK of version 25 or later.

# Succeeds if $1 is the home of such a JDK.
is_jdk_25() {
  local line version=""
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*) version=${line#JAVA_VERSION=} ;;
    esac
  done <"$1/release"
  version=${version//\"/}
  version=${version%%[!0-9]*}
  [ -n "$version" ] && [ "$version" -ge 25 ]
}

# Prints the home of the JDK whose program named $1 is first in PATH.
jdk_of_path() {
  local program link
  program=$(command -v "$1") || return 1
  while [ -L "$program" ]; do
    link=$(readlink "$program")
    case $link in
      /*) program=$link ;;
      *) program=$(dirname "$program")/$link ;;
    esac
  done
  (cd -P "$(dirname "$program")/.." 2>/dev/null && pwd)
}

# Prints the home of a JDK 25 or later, or says in one line how to get one and fails.
find_jdk() {
  local home
  if [ -n "${JAVA_HOME:-}" ] && is_jdk_25 "$JAVA_HOME"; then
    echo "$JAVA_HOME"
    return
  fi
  home=$(jdk_of_path javac || true)
  if is_jdk_25 "$home"; then
    echo "$home"
    return
  fi
  for home in /usr/lib/jvm/* /usr/java/* /opt/* /opt/*/* /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* "${HOME:-}"/.jdks/*/Contents/Home \
    "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if is_jdk_25 "$home"; then
      echo "$home"
      return
    fi
  done
  if [ -x /usr/libexec/java_home ]; then
    home=$(/usr/libexec/java_home -v 25+ 2>/dev/null || true)
    if is_jdk_25 "$home"; then
      echo "$home"
      return
    fi
  fi
  echo "fovea: no JDK 25 or later found; install one (https://adoptium.net, or: sdk install java 25-tem) and set JAVA_HOME to it" >&2
  return 1
}

# Succeeds if there is a Maven, or says in one line that there is none.
have_maven() {
  command -v mvn >/dev/null 2>&1 && return
  echo "fovea: no Maven found; install Apache Maven 3.8 or later (https://maven.apache.org) so that mvn is in PATH" >&2
  return 1
}

# Runs Maven on the JDK in $JAVA_HOME.
run_maven() {
  local part
  # Maven's own libraries make JDK 25 warn about calls that have nothing to do with this project.
  local options="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"
  # Modules are compiled in Maven's JVM, where javac stays warm and Error Prone looks into it. A compilation has ended before
  # what C2 does to the code has paid.
  options+=" -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m"
  # A JVM that is told two collectors does not start.
  case " ${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-} ${MAVEN_OPTS:-} " in
    *" -XX:+Use"*"GC "*) ;;
    *) options+=" -XX:+UseSerialGC" ;;
  esac
  for part in api file main model parser processing tree util; do
    options+=" --add-exports=jdk.compiler/com.sun.tools.javac.$part=ALL-UNNAMED"
  done
  for part in code comp; do
    options+=" --add-opens=jdk.compiler/com.sun.tools.javac.$part=ALL-UNNAMED"
  done
  # Some Mavens print escape sequences even where colour is off.
  MAVEN_OPTS="$options ${MAVEN_OPTS:-}" \
    mvn --batch-mode --no-transfer-progress -Dstyle.color=never -Dcompiler.fork=false "$@" 2>&1 |
    awk '{ codes = gsub(/\033\[0?m/, ""); if (!codes || $0 != "") { print; fflush() } }'
}
