package dev.fovea.machine.assembler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of instructions, beside those that GNU as 2.40 has made of the same text. */
final class AssemblerTest {
  /** A line of a listing: its number, the place of the code, bytes, and the text if it is new. */
  private static final Pattern LISTED =
      Pattern.compile("^ *\\d+ +(?:[0-9a-f]{4} )?([0-9A-F]+)\\s*(?:\\t(.*))?$");

  @TempDir private Path folder;

  @Test
  void everyInstructionHasTheStoredBytes() throws IOException {
    try (InputStream in = AssemblerTest.class.getResourceAsStream("instructions.txt")) {
      String stored = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(Instructions.lines()).isEqualTo(stored.lines().toList());
    }
  }

  /** Where GNU as is not at hand the stored bytes, which come from it, must do. */
  @Test
  void gnuAsAgrees() throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/as")), "GNU as is not at hand: stored bytes alone");
    List<String> lines = Instructions.lines();
    List<String> source = new ArrayList<>(List.of(".intel_syntax noprefix"));
    lines.forEach(line -> source.add("\t" + line.substring(0, line.indexOf('\t'))));
    Path file = Files.write(folder.resolve("all.s"), source);
    Path log = folder.resolve("log");
    Process as =
        new ProcessBuilder("/usr/bin/as", "--64", "-aln", "-o", folder + "/all.o", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(as.waitFor()).as(Files.readString(log)).isZero();
    assertThat(listed(Files.readAllLines(log))).isEqualTo(lines);
  }

  /** Returns each instruction of a listing with its bytes, which may take several lines. */
  private static List<String> listed(List<String> listing) {
    List<String> lines = new ArrayList<>();
    for (String line : listing) {
      Matcher m = LISTED.matcher(line);
      if (m.matches()) {
        String bytes = m.group(1).toLowerCase(Locale.ROOT);
        if (m.group(2) == null) {
          lines.add(lines.removeLast() + bytes);
        } else {
          lines.add(m.group(2).strip() + "\t" + bytes);
        }
      }
    }
    return lines;
  }

  @Test
  void jumpsLeadForwardAndBack() {
    Assembler a = new Assembler();
    Label loop = a.label();
    Label end = a.label();
    a.bind(loop);
    a.jumpIf(Condition.EQUAL, end);
    a.jumpIf(Condition.LESS, loop);
    a.bind(end);
    a.ret();
    assertThat(HexFormat.of().formatHex(a.bytes())).isEqualTo("0f84060000000f8cf4ffffffc3");
  }

  @Test
  void gapsAreFilledWithInstructionsThatDoNothing() {
    for (int i = 0; i <= 16; i++) {
      Assembler a = new Assembler();
      for (int j = 0; j < i; j++) {
        a.ret();
      }
      a.bindAligned(a.label(), 16);
      assertThat(a.bytes()).hasSize((i + 15) / 16 * 16);
    }
  }

  @Test
  void whatTheProcessorCannotSayIsRefused() {
    assertThatThrownBy(() -> new Vector(32, Width.BITS_512))
        .hasMessage("there is no vector register 32");
    assertThatThrownBy(() -> Memory.at(Register.RAX, Register.RSP, 1, 0))
        .hasMessage("RSP cannot be an index");
    assertThatThrownBy(() -> Memory.at(Register.RAX, Register.RBX, 3, 0))
        .hasMessage("scale must be 1, 2, 4 or 8, got 3");
  }
}
