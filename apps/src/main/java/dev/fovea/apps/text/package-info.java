/**
 * Texts that networks read or write: {@link dev.fovea.apps.text.Alphabet} numbers signs and {@link
 * dev.fovea.apps.text.Vocabulary} words, {@link dev.fovea.apps.text.CtcDecoder} reads signs from
 * the outputs of a network, {@link dev.fovea.apps.text.Captioner} learns to describe pictures and
 * {@link dev.fovea.apps.text.BeamSearch} finds what to say, {@link
 * dev.fovea.apps.text.EditDistance} and {@link dev.fovea.apps.text.Bleu} judge what came out.
 */
@NullMarked
package dev.fovea.apps.text;

import org.jspecify.annotations.NullMarked;
