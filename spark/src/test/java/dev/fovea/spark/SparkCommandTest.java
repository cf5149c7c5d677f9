package dev.fovea.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command refuses before Spark starts. */
final class SparkCommandTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cost --rounds 0 | --rounds: 1 or more expected, got 0",
        "cost --rounds -1 | --rounds: 1 or more expected, got -1",
        "cost --workers 0 | --workers: 1 or more expected, got 0",
        "drill --each 0 | --each: 1 or more expected, got 0",
        "drill --kills 0 | --kills: 1 or more expected, got 0",
        "drill --executors 0 | --executors: 1 or more expected, got 0",
        "train lenet5 --workers 0 | --workers: 1 or more expected, got 0",
        "train lenet5 --batch 0 | --batch: 1 or more expected, got 0",
        "train lenet5 --lr -1 | --lr: a number above 0 expected, got -1.0",
        "train lenet5 --test X | --test: goes with --pictures; a data set brings its own",
        "train lenet5 --pictures X --take 5"
            + "| --pictures: does not go with --data, --data-dir or --take",
      })
  void oneLineSaysWhatIsWrong(String line, String message) {
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    int status =
        SparkCommand.execute(
            line.strip().split(" "), new PrintStream(told, true, StandardCharsets.UTF_8));
    assertThat(status).isEqualTo(2);
    assertThat(told.toString(StandardCharsets.UTF_8).strip()).isEqualTo("fovea: " + message);
  }
}
