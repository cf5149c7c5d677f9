package dev.fovea.optim;

import java.lang.reflect.RecordComponent;
import java.util.Locale;
import java.util.Map;

/**
 * Lists the components of records, inner records' among them, by their names in words; a record
 * that its module does not open is listed by its text.
 */
final class RecordSettings {
  private RecordSettings() {}

  static void put(Record record, Map<String, String> settings) {
    for (RecordComponent c : record.getClass().getRecordComponents()) {
      if (!c.getAccessor().trySetAccessible()) {
        settings.put("settings", record.toString());
        return;
      }
      try {
        Object value = c.getAccessor().invoke(record);
        if (value instanceof Record inner) {
          put(inner, settings);
        } else {
          settings.put(words(c.getName()), String.valueOf(value));
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static String words(String name) {
    return name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
  }
}
