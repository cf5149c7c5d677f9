package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Systems as containers show them, in the files of both versions of control groups. */
final class SurroundingsTest {
  private static final long GIB = 1L << 30;

  @TempDir private Path root;

  private void file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text + "\n");
  }

  private Surroundings examine() {
    return Surroundings.examine(root, root);
  }

  @Test
  void readsVersion2() throws IOException {
    file("sys/fs/cgroup/memory.max", Long.toString(2 * GIB));
    file("sys/fs/cgroup/cpu.max", "150000 100000");
    assertThat(examine())
        .isEqualTo(new Surroundings(OptionalLong.of(2 * GIB), OptionalDouble.of(1.5), false, true));
    assertThat(examine().warnings(GIB / 2, 2))
        .containsExactly(
            "0.50 GiB of heap in a container of 2.00 GiB: much is not used; -XX:MaxRAMPercentage=70"
                + " in FOVEA_JAVA_OPTS gives more",
            "1.50 processors for 2 threads: the system stops them again and again; limit to whole"
                + " processors, or give --threads");
  }

  @Test
  void readsVersion1() throws IOException {
    file("sys/fs/cgroup/memory/memory.limit_in_bytes", Long.toString(GIB));
    file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "200000");
    file("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000");
    file("proc/self/maps", "7f00-7f01 r-xp 00000000 08:01 7 /lib/ld-musl-x86_64.so.1");
    assertThat(examine())
        .isEqualTo(new Surroundings(OptionalLong.of(GIB), OptionalDouble.of(2), true, true));
    assertThat(examine().warnings(GIB * 9 / 10, 2))
        .containsExactly(
            "0.90 GiB of heap in a container of 1.00 GiB: the JVM needs memory beside it, or the"
                + " system ends it; -XX:MaxRAMPercentage=70",
            "musl is the C library: native libraries of benchmarks and tests do not load; Fovea has"
                + " none");
  }

  @Test
  void muslThatIsOnlyInstalledIsNotTheLibraryOfThisProcess() throws IOException {
    file("lib/ld-musl-x86_64.so.1", "");
    file("proc/self/maps", "7f00-7f01 r-xp 00000000 08:01 7 /usr/lib/libc.so.6");
    assertThat(examine().musl()).isFalse();
  }

  /** As of a service of systemd, and of containers that see the groups of their machine. */
  @Test
  void readsTheGroupOfThisProcessAndThoseAroundIt() throws IOException {
    file("proc/self/cgroup", "0::/system.slice/models.service");
    file("sys/fs/cgroup/system.slice/memory.max", Long.toString(4 * GIB));
    file("sys/fs/cgroup/system.slice/models.service/memory.max", "max");
    file("sys/fs/cgroup/system.slice/models.service/cpu.max", "50000 100000");
    file("sys/fs/cgroup/other.slice/memory.max", Long.toString(GIB));
    assertThat(examine())
        .isEqualTo(new Surroundings(OptionalLong.of(4 * GIB), OptionalDouble.of(0.5), false, true));
    file("proc/self/cgroup", "4:memory:/box/1\n1:cpu,cpuacct:/box/2\n0::/");
    file("sys/fs/cgroup/memory/box/1/memory.limit_in_bytes", Long.toString(GIB));
    file("sys/fs/cgroup/cpu/box/cpu.cfs_quota_us", "300000");
    file("sys/fs/cgroup/cpu/box/cpu.cfs_period_us", "100000");
    assertThat(examine())
        .isEqualTo(new Surroundings(OptionalLong.of(GIB), OptionalDouble.of(3), false, true));
    file("proc/self/cgroup", "0::/../../other.slice");
    assertThat(examine().memory()).isEmpty();
  }

  @Test
  void knowsThatThereIsNoLimit() throws IOException {
    file("sys/fs/cgroup/memory.max", "max");
    file("sys/fs/cgroup/cpu.max", "max 100000");
    file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
    assertThat(examine())
        .isEqualTo(new Surroundings(OptionalLong.empty(), OptionalDouble.empty(), false, true));
    assertThat(examine().warnings(GIB, 64)).isEmpty();
  }

  @Test
  void tellsWhatCannotBeWritten() {
    Surroundings s = Surroundings.examine(root, root.resolve("missing"));
    assertThat(s.warnings(GIB, 1))
        .containsExactly(
            "the temporary folder cannot be written: the studio and shell need one,"
                + " -Djava.io.tmpdir=DIR names another");
    assertThat(s.fields()).containsEntry("writes_temporary", false);
  }
}
