package dev.fovea.serve.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The time as the header {@code Date} tells it (RFC 9110, section 5.6.7), made once a second. */
final class HttpDate {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private volatile Second last = new Second(Instant.EPOCH.getEpochSecond(), "");

  private record Second(long number, String text) {}

  /** Returns the time of now. */
  String now() {
    Instant now = Instant.now();
    Second told = last;
    if (told.number() != now.getEpochSecond()) {
      told = new Second(now.getEpochSecond(), of(now));
      last = told;
    }
    return told.text();
  }

  /** Returns a time, such as {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
  static String of(Instant time) {
    return FORMAT.format(time);
  }
}
