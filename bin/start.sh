# Sourced by the launchers: starts the command, with its classes from an archive where there is one. It needs no other program.
#
# The archive is made beside the first start, by a process of low priority that goes on when the command has ended. It lies in
# the folder archive beside that of the jars, or, where that cannot be written, in the user's cache; where neither can, none is
# made. FOVEA_JAVA_OPTS with -Dfovea.aot=off does without.

# Succeeds if the folder $1 can be written, or made.
can_write() {
  local folder=$1
  while [ ! -e "$folder" ] && [ "${folder%/*}" != "$folder" ]; do
    folder=${folder%/*}
  done
  [ -d "${folder:-/}" ] && [ -w "${folder:-/}" ]
}

# Sets $archive to the archive of $dist for the JDK in $1: the one that is there, or where to make it; empty if nowhere.
find_archive() {
  local line name=classes cache=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
  archive=""
  [ -r "$1/release" ] || return 0
  while IFS= read -r line; do
    case $line in
      IMPLEMENTOR_VERSION=* | JAVA_RUNTIME_VERSION=* | JAVA_VERSION=*) name=$name-${line#*=} ;;
    esac
  done <"$1/release"
  name=${name//[!A-Za-z0-9.+-]/}.jsa
  archive=$dist/archive/$name
  if [ ! -e "$archive" ] && ! can_write "$dist/archive"; then
    line=$dist/$name
    archive=${cache:+$cache/fovea/${line//[!A-Za-z0-9.+-]/_}}
    [ -e "$archive" ] || can_write "$cache/fovea" || archive=""
  fi
}

# Copies its input to the error output but for the JVM's warning among the first lines.
without_warning() {
  local line count=0
  exec >&3 3>&-
  while [ "$count" -lt 3 ] && IFS= read -r line; do
    [ "$line" = "WARNING: Using incubator modules: jdk.incubator.vector" ] && break
    printf '%s\n' "$line"
    count=$((count + 1))
  done
  ! command -v cat >/dev/null || exec cat
  while IFS= read -r line; do
    printf '%s\n' "$line"
  done
}

# Becomes the command. $1: the JDK, $2: the folder with lib and bin, $3: the folder of the scripts, then its arguments.
start_command() {
  local java=$1/bin/java dist=$2 home=$3 archive="" own="" jars line nice=""
  local late=("--add-exports=java.base/jdk.internal.module=ALL-UNNAMED")
  printf -v jars ':%s' "$dist"/lib/*.jar
  case " ${FOVEA_JAVA_OPTS:-} " in
    *" -Dfovea.aot=off "*) ;;
    *) find_archive "$1" ;;
  esac
  shift 3
  if [ -s "$archive" ] && [ -r "$archive" ]; then
    while IFS= read -r line; do
      case $line in
        "" | "#"* | --add-modules=jdk.incubator.vector) ;;
        *) late+=("$line") ;;
      esac
    done <"$home/bin/java.options"
    # An archive that the JVM refuses is deleted, unless options of the user's may be why.
    [ -n "${FOVEA_JAVA_OPTS:-}${JAVA_TOOL_OPTIONS:-}${JDK_JAVA_OPTIONS:-}" ] || own=$archive
    # shellcheck disable=SC2086
    exec "$java" "${late[@]}" "-XX:SharedArchiveFile=$archive" -XX:+VerifySharedSpaces "-Xlog:cds*=off" "-Xlog:aot*=off" \
      "-Dfovea.archive=$own" "-Dfovea.home=$home" ${FOVEA_JAVA_OPTS:-} \
      -cp "${jars#:}" dev.fovea.cli.LateStart dev.fovea.cli.Main "$@"
  fi
  if [ -n "$archive" ] && [ ! -e "$archive" ]; then
    ! command -v nice >/dev/null || nice="nice -n 10"
    # By a shell that ends at once, so that it is no child of the command, which does not ask how it ended.
    ($nice "$java" -XX:TieredStopAtLevel=1 -Xmx64m "-Dfovea.home=$home" -cp "${jars#:}" dev.fovea.cli.StartArchive "$archive" \
      </dev/null >/dev/null 2>&1 &)
  fi
  # The JVM warns that the Vector API is incubating before any code of ours can run. The filter takes this one line out of
  # its error output; the command itself writes to the descriptor 3, past the filter, which may end later than it.
  exec 3>&2
  # shellcheck disable=SC2086
  exec "$java" "@$home/bin/java.options" --add-opens=java.base/java.io=ALL-UNNAMED \
    -Dfovea.stderr=3 "-Dfovea.home=$home" ${FOVEA_JAVA_OPTS:-} -cp "${jars#:}" dev.fovea.cli.Main "$@" 2> >(without_warning)
}
