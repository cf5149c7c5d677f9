import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the elementwise loops of the simd module.
 *
 * <p>Run {@code java simd/src/generator/FunctionGenerator.java simd/src/main/java/dev/fovea/simd}.
 * Each loop is one method with its polynomial written out, since C2 boxes vectors that cross the
 * boundary of a method it does not inline. The last few elements go through the plain definition.
 */
public final class FunctionGenerator {
  /** expm1(u): u = n·ln 2 + r, |r| ≤ ln 2 / 2, Taylor's polynomial q of eʳ − 1; gives q and 2ⁿ. */
  private static final String EXPM1 =
      """
      FloatVector t = u.fma(FloatVector.broadcast(S, LOG2E), FloatVector.broadcast(S, MAGIC));
      FloatVector k = t.sub(MAGIC);
      FloatVector r = k.fma(FloatVector.broadcast(S, -LN2_HIGH), u);
      r = k.fma(FloatVector.broadcast(S, -LN2_LOW), r);
      FloatVector q = FloatVector.broadcast(S, 1f / 5040);
      q = q.fma(r, FloatVector.broadcast(S, 1f / 720));
      q = q.fma(r, FloatVector.broadcast(S, 1f / 120));
      q = q.fma(r, FloatVector.broadcast(S, 1f / 24));
      q = q.fma(r, FloatVector.broadcast(S, 1f / 6));
      q = q.fma(r, FloatVector.broadcast(S, 0.5f));
      q = r.mul(r).fma(q, r);
      IntVector shift = t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
      """;

  private static final String POWER =
      "FloatVector p = shift.add(ONE_BITS).reinterpretAsFloats();\n";

  private static final String CLAMP =
      """
      u = u.blend(-40f, u.compare(VectorOperators.LT, -40f));
      """;

  /** a / (1 + e⁻ᵃ): −a = n·ln 2 − r, |r| ≤ ln 2 / 2, Taylor's polynomial of e⁻ʳ. */
  private static final String SILU =
      """
      FloatVector low = a.blend(-87f, a.compare(VectorOperators.LT, -87f));
      FloatVector u = low.blend(87f, low.compare(VectorOperators.GT, 87f));
      FloatVector t = u.fma(FloatVector.broadcast(S, -LOG2E), FloatVector.broadcast(S, MAGIC));
      FloatVector k = t.sub(MAGIC);
      FloatVector r = k.fma(FloatVector.broadcast(S, LN2_HIGH), u);
      r = k.fma(FloatVector.broadcast(S, LN2_LOW), r);
      FloatVector q = FloatVector.broadcast(S, -1f / 5040);
      q = q.fma(r, FloatVector.broadcast(S, 1f / 720));
      q = q.fma(r, FloatVector.broadcast(S, -1f / 120));
      q = q.fma(r, FloatVector.broadcast(S, 1f / 24));
      q = q.fma(r, FloatVector.broadcast(S, -1f / 6));
      q = q.fma(r, FloatVector.broadcast(S, 0.5f));
      q = q.fma(r, FloatVector.broadcast(S, -1f));
      q = q.fma(r, FloatVector.broadcast(S, 1f));
      IntVector shift = t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
      FloatVector e = shift.add(q.reinterpretAsInts()).reinterpretAsFloats();
      FloatVector v = low.div(e.add(1f));
      """;

  private static final String EXP =
      """
      FloatVector z = u;
      u = u.blend(EXP_MAX, u.compare(VectorOperators.GT, EXP_MAX));
      u = u.blend(EXP_MIN, u.compare(VectorOperators.LT, EXP_MIN));
      """
          + EXPM1
          + """
          v = shift.add(q.add(1f).reinterpretAsInts()).reinterpretAsFloats();
          v = v.blend(Float.POSITIVE_INFINITY, z.compare(VectorOperators.GT, EXP_MAX));
          v = v.blend(0f, z.compare(VectorOperators.LT, EXP_MIN));
          """;

  /** ln x for finite x ≥ 1: x = 2ᵏ·m with m in [√½, √2), 2·artanh((m − 1) / (m + 1)) + k·ln 2. */
  private static final String LOG_FROM_ONE =
      """
      IntVector bits = a.reinterpretAsInts();
      IntVector up = bits.sub(ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
      FloatVector k = up.lanewise(VectorOperators.LSHL, 23).neg().add(bits).reinterpretAsFloats();
      FloatVector s = k.sub(1f).div(k.add(1f));
      k = (FloatVector) up.castShape(S, 0);
      FloatVector w = s.mul(s);
      FloatVector g = FloatVector.broadcast(S, 1f / 11);
      g = g.fma(w, FloatVector.broadcast(S, 1f / 9));
      g = g.fma(w, FloatVector.broadcast(S, 1f / 7));
      g = g.fma(w, FloatVector.broadcast(S, 1f / 5));
      g = g.fma(w, FloatVector.broadcast(S, 1f / 3));
      FloatVector v = s.add(s);
      v = v.mul(w).fma(g, v);
      v = v.add(k.mul(LN2_LOW)).add(k.mul(LN2_HIGH));
      """;

  /**
   * erf: up to 1, x + x·p(x²); beyond, the sign of x times 1 − exp(|x|·q(|x|)). Both polynomials
   * are fits by least squares, weighted until the largest errors were even: 4e-8 relative, 4e-10
   * absolute.
   */
  private static final String ERF =
      """
      FloatVector m = a.abs();
      m = m.blend(4f, m.compare(VectorOperators.GT, 4f));
      FloatVector s = m.mul(m);
      FloatVector f = FloatVector.broadcast(S, -1.413395e-5f);
      f = f.fma(m, FloatVector.broadcast(S, 3.5233327e-4f));
      f = f.fma(m, FloatVector.broadcast(S, -0.0037646648f));
      f = f.fma(m, FloatVector.broadcast(S, 0.024025518f));
      f = f.fma(m, FloatVector.broadcast(S, -0.106549114f));
      f = f.fma(m, FloatVector.broadcast(S, -0.63495827f));
      f = f.fma(m, FloatVector.broadcast(S, -1.1286972f));
      FloatVector u = f.mul(m);
      FloatVector v;
      """
          + EXP
          + """
          v = v.neg().add(1f);
          v = v.blend(v.neg(), a.compare(VectorOperators.LT, 0f));
          FloatVector p = FloatVector.broadcast(S, -5.631416e-4f);
          p = p.fma(s, FloatVector.broadcast(S, 0.00491755f));
          p = p.fma(s, FloatVector.broadcast(S, -0.02671131f));
          p = p.fma(s, FloatVector.broadcast(S, 0.1128018f));
          p = p.fma(s, FloatVector.broadcast(S, -0.37612325f));
          p = p.fma(s, FloatVector.broadcast(S, 0.12837912f));
          p = p.fma(a, a);
          v = v.blend(p, m.compare(VectorOperators.LE, 1f));
          """;

  private final StringBuilder out = new StringBuilder();

  public static void main(String[] args) throws IOException {
    FunctionGenerator g = new FunctionGenerator();
    g.functions();
    Files.writeString(Path.of(args[0]).resolve("Functions.java"), g.out.toString());
    FunctionGenerator b = new FunctionGenerator();
    b.pairs();
    Files.writeString(Path.of(args[0]).resolve("Pairs.java"), b.out.toString());
  }

  private void line(int indent, String text) {
    out.append(" ".repeat(2 * indent)).append(text).append('\n');
  }

  private void head(String doc, String name, String... imports) {
    line(0, "// Generated by simd/src/generator/FunctionGenerator.java; change it there.");
    line(0, "package dev.fovea.simd;");
    line(0, "");
    for (String i : imports) {
      line(0, "import " + i + ";");
    }
    line(0, "");
    line(0, "/** " + doc + " */");
    line(0, "final class " + name + " {");
    line(1, "private static final VectorSpecies<Float> S = Species.FLOATS;");
    line(1, "private static final int L = S.length();");
  }

  private void functions() {
    head(
        "Functions of one number over stretches of arrays.",
        "Functions",
        "dev.fovea.op.Activation",
        "dev.fovea.op.UnaryFunction",
        "jdk.incubator.vector.FloatVector",
        "jdk.incubator.vector.IntVector",
        "jdk.incubator.vector.VectorMask",
        "jdk.incubator.vector.VectorOperators",
        "jdk.incubator.vector.VectorSpecies");
    line(1, "private static final float LOG2E = 0x1.715476p0f;");
    line(1, "private static final float LN2_HIGH = 355f / 512;");
    line(1, "private static final float LN2_LOW = -0x1.bd0106p-13f;");
    line(1, "private static final float MAGIC = 12582912f;");
    line(1, "private static final float EXP_MAX = 88.72283f;");
    line(1, "private static final float EXP_MIN = -87.33654f;");
    line(1, "private static final int ONE_BITS = 127 << 23;");
    line(1, "private static final int ROOT_HALF_BITS = 0x3f3504f3;");
    line(0, "");
    line(1, "private Functions() {}");
    one("exp", "", "FloatVector v;\nFloatVector u = a;\n" + EXP, "(float) Math.exp(x[xo + i])");
    one(
        "expMinus",
        ", float m",
        "FloatVector v;\nFloatVector u = a.sub(m);\n" + EXP,
        "(float) Math.exp(x[xo + i] - m)");
    one("logFromOne", "", LOG_FROM_ONE, "(float) Math.log(x[xo + i])");
    unary("negate", "FloatVector v = a.neg();");
    unary("sqrt", "FloatVector v = a.sqrt();");
    unary("reciprocal", "FloatVector v = FloatVector.broadcast(S, 1f).div(a);");
    unary("square", "FloatVector v = a.mul(a);");
    unary("abs", "FloatVector v = a.abs();");
    unary(
        "sign",
        """
        FloatVector v = a.blend(1f, a.compare(VectorOperators.GT, 0f));
        v = v.blend(-1f, a.compare(VectorOperators.LT, 0f));
        """);
    unary("erf", ERF);
    one("relu", "", "FloatVector v = a.max(0f);", "Math.max(x[xo + i], 0f)");
    one(
        "clippedRelu",
        ", float alpha",
        "FloatVector v = a.max(0f).min(alpha);",
        "Math.min(Math.max(x[xo + i], 0f), alpha)");
    one(
        "leakyRelu",
        ", float alpha",
        "FloatVector v = a.blend(a.mul(alpha), a.compare(VectorOperators.LT, 0f));",
        "x[xo + i] > 0 ? x[xo + i] : alpha * x[xo + i]");
    one(
        "elu",
        ", float alpha",
        "FloatVector u = a.blend(0f, a.compare(VectorOperators.GT, 0f));\n"
            + CLAMP
            + EXPM1
            + POWER
            + "FloatVector v = p.fma(q, p.sub(1f)).mul(alpha);\n"
            + "v = v.blend(a, a.compare(VectorOperators.GT, 0f));",
        "(float) (x[xo + i] > 0 ? x[xo + i] : alpha * Math.expm1(x[xo + i]))");
    activation(
        "sigmoid",
        "SIGMOID",
        "FloatVector u = a.abs().neg();\n"
            + "u = u.blend(-87f, u.compare(VectorOperators.LT, -87f));\n"
            + EXPM1
            + "FloatVector e = shift.add(q.add(1f).reinterpretAsInts()).reinterpretAsFloats();\n"
            + "FloatVector top = e.blend(1f, a.compare(VectorOperators.GT, 0f));\n"
            + "FloatVector v = top.div(e.add(1f));");
    one("silu", "", SILU, "(float) (x[xo + i] * Activation.SIGMOID.apply(x[xo + i]))");
    activation(
        "tanh",
        "TANH",
        "FloatVector u = a.add(a);\n"
            + "u = u.blend(40f, u.compare(VectorOperators.GT, 40f));\n"
            + CLAMP
            + EXPM1
            + POWER
            + "FloatVector e = p.fma(q, p.sub(1f));\n"
            + "FloatVector v = e.div(e.add(2f));");
    activation(
        "softplus",
        "SOFTPLUS",
        "FloatVector u = a.abs().neg();\n"
            + "u = u.blend(-87f, u.compare(VectorOperators.LT, -87f));\n"
            + EXPM1
            + """
            FloatVector e = shift.add(q.add(1f).reinterpretAsInts()).reinterpretAsFloats();
            FloatVector s = e.div(e.add(2f));
            FloatVector w = s.mul(s);
            FloatVector g = FloatVector.broadcast(S, 1f / 15);
            g = g.fma(w, FloatVector.broadcast(S, 1f / 13));
            g = g.fma(w, FloatVector.broadcast(S, 1f / 11));
            g = g.fma(w, FloatVector.broadcast(S, 1f / 9));
            g = g.fma(w, FloatVector.broadcast(S, 1f / 7));
            g = g.fma(w, FloatVector.broadcast(S, 1f / 5));
            g = g.fma(w, FloatVector.broadcast(S, 1f / 3));
            FloatVector v = s.add(s);
            v = v.mul(w).fma(g, v);
            v = v.add(a.max(0f));
            """);
    slopes();
    line(0, "}");
  }

  /** The gradients of activations: x holds the activation's result, d what flows into it. */
  private void slopes() {
    two(
        "reluSlope",
        "",
        "FloatVector v = g.blend(0f, a.compare(VectorOperators.GT, 0f).not());",
        "RELU",
        "0");
    two(
        "clippedReluSlope",
        ", float alpha",
        """
        VectorMask<Float> shut = a.compare(VectorOperators.GT, 0f).not();
        FloatVector v = g.blend(0f, shut.or(a.compare(VectorOperators.LT, alpha).not()));
        """,
        "CLIPPED_RELU",
        "alpha");
    two(
        "leakyReluSlope",
        ", float alpha",
        """
        VectorMask<Float> up = a.compare(VectorOperators.GT, 0f);
        FloatVector v = g.mul(alpha).blend(g, up);
        """,
        "LEAKY_RELU",
        "alpha");
    two(
        "eluSlope",
        ", float alpha",
        """
        VectorMask<Float> up = a.compare(VectorOperators.GT, 0f);
        FloatVector v = g.mul(a.add(alpha)).blend(g, up);
        """,
        "ELU",
        "alpha");
    two("sigmoidSlope", "", "FloatVector v = g.mul(a).mul(a.neg().add(1f));", "SIGMOID", "0");
    two("tanhSlope", "", "FloatVector v = g.mul(a.neg().mul(a).add(1f));", "TANH", "0");
    two(
        "softplusSlope",
        "",
        "FloatVector u = a.neg();\n"
            + CLAMP
            + EXPM1
            + POWER
            + "FloatVector v = p.fma(q, p.sub(1f)).neg().mul(g);",
        "SOFTPLUS",
        "0");
  }

  private void unary(String name, String body) {
    String spec = "(float) UnaryFunction." + name.toUpperCase(java.util.Locale.ROOT);
    one(name, "", body, spec + ".apply(x[xo + i])");
  }

  private void activation(String name, String kind, String body) {
    one(name, "", body, "(float) Activation." + kind + ".apply(x[xo + i])");
  }

  private void body(String text) {
    text.lines().forEach(l -> line(3, l));
  }

  private void one(String name, String more, String body, String plain) {
    line(0, "");
    line(1, "static void " + name + "(float[] x, int xo, float[] y, int yo, int n" + more + ") {");
    line(2, "int end = S.loopBound(n);");
    line(2, "for (int i = 0; i < end; i += L) {");
    line(3, "FloatVector a = FloatVector.fromArray(S, x, xo + i);");
    body(body);
    line(3, "v.intoArray(y, yo + i);");
    line(2, "}");
    line(2, "for (int i = end; i < n; i++) {");
    line(3, "y[yo + i] = " + plain + ";");
    line(2, "}");
    line(1, "}");
  }

  private void two(String name, String more, String body, String kind, String alpha) {
    line(0, "");
    String all = "float[] x, int xo, float[] d, int d0, float[] y, int yo, int n" + more + ") {";
    if (name.length() + all.length() + 15 <= 100) {
      line(1, "static void " + name + "(" + all);
    } else {
      line(1, "static void " + name + "(");
      line(3, all);
    }
    line(2, "int end = S.loopBound(n);");
    line(2, "for (int i = 0; i < end; i += L) {");
    line(3, "FloatVector a = FloatVector.fromArray(S, x, xo + i);");
    line(3, "FloatVector g = FloatVector.fromArray(S, d, d0 + i);");
    body(body);
    line(3, "v.intoArray(y, yo + i);");
    line(2, "}");
    line(2, "Activation f = new Activation(Activation.Kind." + kind + ", " + alpha + ");");
    line(2, "for (int i = end; i < n; i++) {");
    line(3, "y[yo + i] = (float) (d[d0 + i] * f.slope(x[xo + i]));");
    line(2, "}");
    line(1, "}");
  }

  private static final String[][] BINARY = {
    {"ADD", "add", "a.add(b)", "p + q"},
    {"SUBTRACT", "subtract", "a.sub(b)", "p - q"},
    {"MULTIPLY", "multiply", "a.mul(b)", "p * q"},
    {"DIVIDE", "divide", "a.div(b)", "p / q"},
    {"MAX", "max", "a.max(b)", "Math.max(p, q)"},
    {"MIN", "min", "a.min(b)", "Math.min(p, q)"},
    {"GREATER", "greater", "ZERO.blend(1f, a.compare(VectorOperators.GT, b))", "p > q ? 1 : 0"},
    {"EQUAL", "equal", "ZERO.blend(1f, a.compare(VectorOperators.EQ, b))", "p == q ? 1 : 0"},
  };

  private void pairs() {
    head(
        "Functions of two numbers over stretches of arrays; a step of 0 repeats one number.",
        "Pairs",
        "dev.fovea.op.BinaryFunction",
        "jdk.incubator.vector.FloatVector",
        "jdk.incubator.vector.VectorOperators",
        "jdk.incubator.vector.VectorSpecies");
    line(1, "private static final FloatVector ZERO = FloatVector.zero(S);");
    line(0, "");
    line(1, "private Pairs() {}");
    line(0, "");
    line(1, "/** y[i] = f(x[i], z[i]). */");
    dispatch("apply", "");
    line(0, "");
    line(1, "/** y[i] = f(x[i], z[0]). */");
    dispatch("applyRight", "Right");
    line(0, "");
    line(1, "/** y[i] = f(x[0], z[i]). */");
    dispatch("applyLeft", "Left");
    for (String[] f : BINARY) {
      loop(f, "");
      loop(f, "Right");
      loop(f, "Left");
    }
    line(0, "}");
  }

  private static final String PAIR =
      "float[] x, int xo, float[] z, int zo, float[] y, int yo, int n";

  private void dispatch(String name, String suffix) {
    line(1, "static void " + name + "(");
    line(3, "BinaryFunction f, " + PAIR + ") {");
    line(2, "switch (f) {");
    for (String[] f : BINARY) {
      line(3, "case " + f[0] + " -> " + f[1] + suffix + "(x, xo, z, zo, y, yo, n);");
    }
    line(2, "}");
    line(1, "}");
  }

  private void loop(String[] f, String suffix) {
    line(0, "");
    String start = "private static void " + f[1] + suffix + "(";
    if (start.length() + PAIR.length() + 5 <= 100) {
      line(1, start + PAIR + ") {");
    } else {
      line(1, start);
      line(3, PAIR + ") {");
    }
    line(2, "int end = S.loopBound(n);");
    boolean left = suffix.equals("Left");
    boolean right = suffix.equals("Right");
    if (left) {
      line(2, "float p = x[xo];");
      line(2, "FloatVector a = FloatVector.broadcast(S, p);");
    }
    if (right) {
      line(2, "float q = z[zo];");
      line(2, "FloatVector b = FloatVector.broadcast(S, q);");
    }
    line(2, "for (int i = 0; i < end; i += L) {");
    if (!left) {
      line(3, "FloatVector a = FloatVector.fromArray(S, x, xo + i);");
    }
    if (!right) {
      line(3, "FloatVector b = FloatVector.fromArray(S, z, zo + i);");
    }
    line(3, f[2] + ".intoArray(y, yo + i);");
    line(2, "}");
    line(2, "for (int i = end; i < n; i++) {");
    if (!left) {
      line(3, "float p = x[xo + i];");
    }
    if (!right) {
      line(3, "float q = z[zo + i];");
    }
    line(3, "y[yo + i] = " + f[3] + ";");
    line(2, "}");
    line(1, "}");
  }
}
