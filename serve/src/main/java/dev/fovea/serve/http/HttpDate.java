package dev.fovea.serve.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The time as the header {@code Date} tells it (RFC 9110, section 5.6.7), made once a second. */
final class HttpDate {
  private volatile Second last = new Second(Instant.EPOCH.getEpochSecond(), "");

  private record Second(long number, String text) {}

  /** Returns the time of now. */
  String now() {
    Instant now = Instant.now();
    Second told = last;
    if (told.number() != now.getEpochSecond()) {
      told =
          new Second(
              now.getEpochSecond(),
              DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC)));
      last = told;
    }
    return told.text();
  }
}
