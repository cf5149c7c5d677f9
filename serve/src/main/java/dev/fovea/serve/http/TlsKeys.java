package dev.fovea.serve.http;

import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collections;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The keys of encrypted connections. */
public final class TlsKeys {
  private TlsKeys() {}

  /**
   * Reads a key store.
   *
   * @param file PKCS#12 or JKS
   * @param password the password of the file and of the key
   * @throws FoveaException if it cannot be read, or has no key
   */
  public static SSLContext read(Path file, char[] password) {
    try {
      KeyStore store = KeyStore.getInstance(file.toFile(), password);
      if (!hasKey(store)) {
        throw new FoveaException(file + ": a key store without a key");
      }
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      throw new FoveaException(
          file + ": cannot be read as a key store, or not with this password: " + e.getMessage(),
          e);
    }
  }

  private static boolean hasKey(KeyStore store) throws GeneralSecurityException {
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)) {
        return true;
      }
    }
    return false;
  }
}
