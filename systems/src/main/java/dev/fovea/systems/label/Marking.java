package dev.fovea.systems.label;

import dev.fovea.data.Mark;

/** What of its labels a data set hands on with each picture. */
public enum Marking {
  /** The objects' classes and boxes, with their key points: {@link Mark.Boxes}. */
  BOXES,
  /** Which object each pixel belongs to: {@link Mark.Instances}, behind boxes. */
  INSTANCES,
  /** The class of each pixel: {@link Mark.Mask}. */
  MASK,
  /** The key points of the largest object alone: {@link Mark.KeyPoints}. */
  KEY_POINTS,
  /** A text, as numbers of words or letters: {@link Mark.Sequence}. */
  TEXT
}
