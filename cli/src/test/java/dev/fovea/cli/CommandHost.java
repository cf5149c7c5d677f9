package dev.fovea.cli;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A program that runs the commands which a {@link WarmCommand} asks for, one after the other. */
final class CommandHost {
  private CommandHost() {}

  /** Runs commands until whoever asks for them has gone; the argument is the port to ask at. */
  public static void main(String[] args) throws IOException {
    System.setProperty("java.awt.headless", "true");
    int port = Integer.parseInt(args[0]);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      DataInputStream questions = new DataInputStream(socket.getInputStream());
      DataOutputStream answers = new DataOutputStream(socket.getOutputStream());
      while (true) {
        answer(read(questions), answers);
      }
    } catch (EOFException e) {
      System.exit(0);
    }
  }

  private static String[] read(DataInputStream in) throws IOException {
    String[] words = new String[in.readInt()];
    for (int i = 0; i < words.length; i++) {
      words[i] = in.readUTF();
    }
    return words;
  }

  private static void answer(String[] words, DataOutputStream to) throws IOException {
    PrintStream usualOut = System.out;
    PrintStream usualErr = System.err;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    int status = Main.run(words);
    System.setOut(usualOut);
    System.setErr(usualErr);
    to.writeInt(status);
    to.writeInt(out.size());
    out.writeTo(to);
    to.writeInt(err.size());
    err.writeTo(to);
    to.flush();
  }
}
