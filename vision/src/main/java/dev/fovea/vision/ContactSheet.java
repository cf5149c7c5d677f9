package dev.fovea.vision;

import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** A contact sheet: a grid of pictures, each with a line of text below it. */
public final class ContactSheet {
  private static final int GAP = 8;
  private static final int MARGIN = 4;
  private static final int WIDEST_LABEL = 160;
  private static final int PAPER = 0xFFFFFF;
  private static final int INK = 0x202020;
  private static final long MAX_PIXELS = 64_000_000;

  private final int cellWidth;
  private final int cellHeight;
  private final Lettering lettering;
  private final List<Cell> cells = new ArrayList<>();
  private int columns;

  private record Cell(BufferedImage picture, String label) {}

  /**
   * Creates an empty sheet.
   *
   * @param cellHeight the height to which every picture is fitted, in pixels
   * @param cellWidth the width to which every picture is fitted, in pixels
   */
  public ContactSheet(int cellHeight, int cellWidth) {
    this(cellHeight, cellWidth, Lettering.ofThisMachine());
  }

  ContactSheet(int cellHeight, int cellWidth, Lettering lettering) {
    if (cellHeight < 1 || cellWidth < 1) {
      throw new FoveaException(
          "cells of %s×%s pixels: 1 or more expected".formatted(cellHeight, cellWidth));
    }
    this.cellHeight = cellHeight;
    this.cellWidth = cellWidth;
    this.lettering = lettering;
  }

  /**
   * Sets the number of pictures in a row; by default it makes the sheet about as wide as high.
   *
   * @return this sheet
   * @throws FoveaException if it is below 1
   */
  public ContactSheet columns(int number) {
    if (number < 1) {
      throw new FoveaException("a contact sheet of " + number + " columns: 1 or more expected");
    }
    columns = number;
    return this;
  }

  /** Returns the sheet of every kernel on a picture, at most {@code side} pixels a cell. */
  public static ContactSheet ofKernels(Tensor image, int side) {
    return ofKernels(image, side, Lettering.ofThisMachine());
  }

  static ContactSheet ofKernels(Tensor image, int side, Lettering lettering) {
    int h = image.shape().dim(0);
    int w = image.shape().dim(1);
    double scale = Math.min(1, (double) side / Math.max(h, w));
    int height = Math.max(1, (int) Math.round(h * scale));
    int width = Math.max(1, (int) Math.round(w * scale));
    ContactSheet sheet = new ContactSheet(height, width, lettering);
    // Kernels see the picture in its shown size: what they answer to is a few pixels large.
    Tensor shown = Images.resize(image, height, width);
    for (ImageFilter filter : ImageKernels.all()) {
      sheet.add(filter.apply(shown), filter.name());
    }
    return sheet;
  }

  /**
   * Adds a picture [H, W, C]; small pictures are enlarged by repeating pixels, large ones reduced
   * by averaging.
   */
  public void add(Tensor picture, String label) {
    Images.requirePicture(picture);
    cells.add(new Cell(Images.toBufferedImage(fit(picture)), Text.oneLine(label)));
  }

  private Tensor fit(Tensor picture) {
    int h = picture.shape().dim(0);
    int w = picture.shape().dim(1);
    int times = Math.min(cellHeight / h, cellWidth / w);
    if (times >= 1) {
      return times == 1 ? picture : enlarge(picture, times);
    }
    double scale = Math.min((double) cellHeight / h, (double) cellWidth / w);
    return Images.resize(
        picture,
        Math.max(1, (int) Math.round(h * scale)),
        Math.max(1, (int) Math.round(w * scale)));
  }

  private static Tensor enlarge(Tensor picture, int times) {
    int h = picture.shape().dim(0) * times;
    int w = picture.shape().dim(1) * times;
    int channels = picture.shape().dim(2);
    Tensor out = Tensor.zeros(picture.shape().withDim(0, h).withDim(1, w));
    for (int i = 0; i < out.data().length; i++) {
      int y = i / channels / w / times;
      int x = i / channels % w / times;
      out.data()[i] = picture.data()[(y * (w / times) + x) * channels + i % channels];
    }
    return out;
  }

  /**
   * Returns the sheet as one image: columns as wide as the widest picture or label, rows as high as
   * their highest picture. Labels wider than the pictures and 160 pixels are cut.
   *
   * @throws FoveaException if it has no pictures or becomes too large
   */
  public BufferedImage toImage() {
    if (cells.isEmpty()) {
      throw new FoveaException("a contact sheet without pictures");
    }
    int widest = most(cells, c -> c.picture.getWidth());
    int most = Math.max(widest, WIDEST_LABEL);
    List<String> labels = cells.stream().map(c -> lettering.fitted(c.label, most)).toList();
    int stepX = Math.max(widest, labels.stream().mapToInt(lettering::width).max().orElse(0)) + GAP;
    int below = MARGIN + lettering.height() + GAP;
    int stepY = most(cells, c -> c.picture.getHeight()) + below;
    int across = columns > 0 ? columns : columnsOfASquare(stepY, stepX);
    List<Integer> tops = new ArrayList<>(List.of(GAP));
    for (int from = 0; from < cells.size(); from += across) {
      List<Cell> row = cells.subList(from, Math.min(cells.size(), from + across));
      tops.add(tops.getLast() + most(row, c -> c.picture.getHeight()) + below);
    }
    BufferedImage sheet = paper(across * (long) stepX + GAP, tops.getLast());
    for (int i = 0; i < cells.size(); i++) {
      int x = GAP + i % across * stepX;
      int text = tops.get(i / across + 1) - GAP - lettering.height();
      place(sheet, cells.get(i).picture, x, tops.get(i / across));
      lettering.draw(sheet, x, text, labels.get(i), INK);
    }
    return sheet;
  }

  private int columnsOfASquare(int stepY, int stepX) {
    double side = Math.sqrt((double) cells.size() * stepY / stepX);
    return Math.clamp(Math.round(side), 1, cells.size());
  }

  private static int most(List<Cell> cells, ToIntFunction<Cell> size) {
    return cells.stream().mapToInt(size).max().orElse(0);
  }

  private static BufferedImage paper(long width, long height) {
    if (width * height > MAX_PIXELS) {
      throw new FoveaException(
          "a contact sheet of %s pixels, allowed are %s".formatted(width * height, MAX_PIXELS));
    }
    BufferedImage sheet = new BufferedImage((int) width, (int) height, BufferedImage.TYPE_INT_RGB);
    fill(sheet);
    return sheet;
  }

  private static void fill(BufferedImage sheet) {
    for (int y = 0; y < sheet.getHeight(); y++) {
      for (int x = 0; x < sheet.getWidth(); x++) {
        sheet.setRGB(x, y, PAPER);
      }
    }
  }

  /** Copies samples, not colours: those of grey images would be brightened. */
  private static void place(BufferedImage sheet, BufferedImage picture, int left, int top) {
    int bands = picture.getRaster().getNumBands();
    int[] pixel = new int[bands];
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        picture.getRaster().getPixel(x, y, pixel);
        int rgb = pixel[0] << 16 | pixel[bands / 2] << 8 | pixel[bands - 1];
        sheet.setRGB(left + x, top + y, rgb);
      }
    }
  }
}
