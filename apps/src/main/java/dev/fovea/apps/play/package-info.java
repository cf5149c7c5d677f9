/**
 * Learning to act from pictures: a {@link dev.fovea.apps.play.Game} shows its state as a picture
 * and takes moves, {@link dev.fovea.apps.play.ReplayMemory} keeps what happened, {@link
 * dev.fovea.apps.play.QLearner} learns from it what each move is worth. {@link
 * dev.fovea.apps.play.Catch} and {@link dev.fovea.apps.play.Breakout} are two small games.
 */
@NullMarked
package dev.fovea.apps.play;

import org.jspecify.annotations.NullMarked;
