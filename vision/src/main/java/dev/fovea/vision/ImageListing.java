package dev.fovea.vision;

import dev.fovea.tensor.FoveaException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Picture files with the number of their class, none of them read yet.
 *
 * @param where the folder or list they come from, for messages
 * @param classes the names of the classes
 * @param train the files to train on
 * @param test the files to test with
 * @param parted whether the parts were given, else they were divided by chance
 * @param problems what was passed over, one line each
 */
record ImageListing(
    Path where,
    List<String> classes,
    List<ImageFolder.Entry> train,
    List<ImageFolder.Entry> test,
    boolean parted,
    List<String> problems) {

  /**
   * Returns what a folder or a list holds.
   *
   * @throws FoveaException if it is neither
   */
  static ImageListing of(Path where, ImageFolder.Options options) {
    return Files.isRegularFile(where)
        ? ImageList.list(where, options)
        : FolderTree.list(where, options);
  }
}
