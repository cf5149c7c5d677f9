package dev.fovea.cli;

import dev.fovea.nn.Model;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * A trained network made smaller in one way.
 *
 * @param name the way
 * @param model the network
 * @param file what holds it
 * @param bytes the size of the file
 * @param coded the bytes of its weights after Huffman coding, if they share few values
 * @param accuracy the share of right answers on the test pictures
 */
record SmallerForm(
    String name, Model model, Path file, long bytes, OptionalLong coded, double accuracy) {}
