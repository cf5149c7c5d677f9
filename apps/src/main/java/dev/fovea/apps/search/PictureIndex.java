package dev.fovea.apps.search;

import dev.fovea.io.AtomicFiles;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.util.InfoStream;
import org.jspecify.annotations.Nullable;

/**
 * An index on disk of vectors with a name and a stamp each, such as the features of picture files
 * and when these were changed. It finds the nearest by a graph of neighbours (HNSW; Malkov and
 * Yashunin, 2020), which Lucene keeps: fast, and nearly always the right ones.
 *
 * <p>An index belongs to one kind of features, whose name it remembers, and it may belong to the
 * pictures in one folder. One process at a time may have it open.
 */
public final class PictureIndex implements AutoCloseable {
  /** The most numbers of a vector. */
  public static final int MOST_NUMBERS = 1024;

  private static final String NAME = "name";
  private static final String STAMP = "stamp";
  private static final String VECTOR = "vector";
  private static final String FEATURES = "features";
  private static final String PICTURES = "pictures";

  /** Held, so that its level stays: Lucene would say on the console which vectors it uses. */
  private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");

  private final Path folder;
  private final FSDirectory directory;
  private final IndexWriter writer;
  private @Nullable Path earlier;

  private PictureIndex(Path folder, FSDirectory directory, IndexWriter writer) {
    this.folder = folder;
    this.directory = directory;
    this.writer = writer;
  }

  /**
   * Opens the index in a folder, or a new one.
   *
   * @param features the name of the features; a new index takes it
   * @throws FoveaException if the index has other features, is damaged, or is open elsewhere
   */
  public static PictureIndex open(Path folder, String features) {
    return opened(folder, features, null);
  }

  /**
   * Opens the index of the pictures in a folder, or a new one. An index within that folder goes
   * with it where it is moved; one outside is taken over where its folder is not there any more,
   * which {@link #earlierPictures} tells. An index that is refused stays as it is.
   *
   * @param pictures the folder of the pictures; a new index takes it
   * @throws FoveaException if the index is of another folder that is there, or of none, has other
   *     features, is damaged, or is open elsewhere
   */
  public static PictureIndex open(Path folder, String features, Path pictures) {
    return opened(folder, features, pictures);
  }

  private static PictureIndex opened(Path folder, String features, @Nullable Path pictures) {
    LUCENE.setLevel(Level.SEVERE);
    return reading(
        folder,
        () -> {
          // Lucene maps files into memory by native calls where it may choose.
          FSDirectory directory = new NIOFSDirectory(folder);
          IndexWriterConfig config =
              new IndexWriterConfig().setInfoStream(InfoStream.NO_OUTPUT).setCommitOnClose(true);
          IndexWriter writer = new IndexWriter(directory, config);
          PictureIndex index = new PictureIndex(folder, directory, writer);
          try {
            index.belongTo(features, pictures);
            return index;
          } catch (IOException | RuntimeException e) {
            index.giveUp(e);
            throw e;
          }
        });
  }

  /** Remembers of which features and pictures the index is, unless it is of others. */
  private void belongTo(String features, @Nullable Path pictures) throws IOException {
    Map<String, String> known = known();
    String other = known.getOrDefault(FEATURES, features);
    if (!other.equals(features)) {
      throw refused("an index of features of %s, not of %s".formatted(other, features));
    }
    if (pictures != null) {
      Path own = folder.toRealPath();
      Path wanted = pictures.toRealPath();
      requirePictures(known, own, wanted);
      known.put(PICTURES, (own.startsWith(wanted) ? own.relativize(wanted) : wanted).toString());
    }
    known.put(FEATURES, features);
    writer.setLiveCommitData(known.entrySet());
  }

  private void requirePictures(Map<String, String> known, Path own, Path wanted) {
    if (!known.isEmpty() && !known.containsKey(PICTURES)) {
      throw refused("an index that does not say of which pictures");
    }
    Path before = own.resolve(known.getOrDefault(PICTURES, wanted.toString())).normalize();
    if (before.equals(wanted)) {
      return;
    }
    if (Files.isDirectory(before)) {
      throw refused("an index of the pictures in %s, not of those in %s".formatted(before, wanted));
    }
    earlier = before;
  }

  private FoveaException refused(String what) {
    return new FoveaException("%s: %s; give another folder or delete it".formatted(folder, what));
  }

  /** Closes the files without writing anything. */
  private void giveUp(Exception why) {
    try {
      writer.rollback();
      directory.close();
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  /**
   * Returns the folder of the pictures to which the index belonged until it was opened; nothing if
   * it is still the same, or went with its index. It is not there: it was moved or deleted, or its
   * disk is not mounted.
   */
  public Optional<Path> earlierPictures() {
    return Optional.ofNullable(earlier);
  }

  /** Returns what the index remembers of itself; nothing if it is new. */
  private Map<String, String> known() {
    Map<String, String> known = new HashMap<>();
    Iterable<Map.Entry<String, String>> data = writer.getLiveCommitData();
    if (data != null) {
      data.forEach(e -> known.put(e.getKey(), e.getValue()));
    }
    return known;
  }

  /**
   * Adds a vector, in place of one of the same name.
   *
   * @throws FoveaException if it has more than {@value #MOST_NUMBERS} numbers or another length
   *     than those that are there
   */
  public void put(String name, String stamp, float... vector) {
    if (vector.length < 1 || vector.length > MOST_NUMBERS) {
      throw new FoveaException(
          "index: vectors of 1 to %s numbers expected, got %s"
              .formatted(MOST_NUMBERS, vector.length));
    }
    reading(
        folder,
        () -> {
          Document document = new Document();
          document.add(new StringField(NAME, name, Field.Store.YES));
          document.add(new StoredField(STAMP, stamp));
          document.add(new KnnFloatVectorField(VECTOR, vector, VectorSimilarityFunction.COSINE));
          return writer.updateDocument(new Term(NAME, name), document);
        });
  }

  /** Removes a vector, if it is there. */
  public void remove(String name) {
    reading(folder, () -> writer.deleteDocuments(new Term(NAME, name)));
  }

  /** Returns the stamp of each name that is there. */
  public Map<String, String> stamps() {
    return reading(
        folder,
        () -> {
          try (DirectoryReader reader = DirectoryReader.open(writer)) {
            Map<String, String> stamps = new HashMap<>();
            IndexSearcher searcher = new IndexSearcher(reader);
            int most = Math.max(1, reader.maxDoc());
            for (ScoreDoc hit : searcher.search(new MatchAllDocsQuery(), most).scoreDocs) {
              Document d = searcher.storedFields().document(hit.doc);
              stamps.put(d.get(NAME), d.get(STAMP));
            }
            return stamps;
          }
        });
  }

  /**
   * Returns about the nearest vectors by the cosine, the nearest first.
   *
   * @param count how many, 1 or more, or all if there are fewer
   */
  public List<Match> nearest(float[] vector, int count) {
    return reading(
        folder,
        () -> {
          try (DirectoryReader reader = DirectoryReader.open(writer)) {
            return nearest(new IndexSearcher(reader), vector, count);
          }
        });
  }

  private static List<Match> nearest(IndexSearcher searcher, float[] vector, int count)
      throws IOException {
    List<Match> found = new ArrayList<>();
    // Lucene reserves room for as many as are asked for, whether they are there or not.
    int most = Math.min(count, Math.max(1, searcher.getIndexReader().maxDoc()));
    KnnFloatVectorQuery query = new KnnFloatVectorQuery(VECTOR, vector, most);
    for (ScoreDoc hit : searcher.search(query, most).scoreDocs) {
      // Lucene's score of a cosine c is (1 + c) / 2.
      String name = searcher.storedFields().document(hit.doc).get(NAME);
      found.add(new Match(name, 2 * (double) hit.score - 1));
    }
    return found;
  }

  /** What reads or writes files. */
  @FunctionalInterface
  private interface Reading<T> {
    T run() throws IOException;
  }

  private static <T> T reading(Path folder, Reading<T> reading) {
    try {
      return reading.run();
    } catch (IOException e) {
      throw new FoveaException(folder + ": the index: " + AtomicFiles.reason(e), e);
    } catch (IllegalArgumentException e) {
      throw new FoveaException(folder + ": the index: " + e.getMessage(), e);
    }
  }

  /** Writes what is new, and closes the files. */
  @Override
  public void close() {
    reading(
        folder,
        () -> {
          writer.close();
          directory.close();
          return folder;
        });
  }
}
