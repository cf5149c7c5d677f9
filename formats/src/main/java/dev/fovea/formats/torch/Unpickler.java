package dev.fovea.formats.torch;

import dev.fovea.formats.torch.PickleValue.Dict;
import dev.fovea.formats.torch.PickleValue.Global;
import dev.fovea.formats.torch.PickleValue.Items;
import dev.fovea.formats.torch.PickleValue.Known;
import dev.fovea.formats.torch.PickleValue.None;
import dev.fovea.formats.torch.PickleValue.Storage;
import dev.fovea.formats.torch.PickleValue.Str;
import dev.fovea.formats.torch.PickleValue.Tuple;
import dev.fovea.io.HeapAccount;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the tensors and dictionaries of a pickle.
 *
 * <p>A pickle is a program for a machine with a stack and may ask for any class to be called. Here
 * no class is ever looked up and nothing is called: the names of ordered dictionaries, tensors and
 * storages stand for values of {@link PickleValue}, and whatever any other name would make is an
 * object of which only the entries and attributes are known.
 */
final class Unpickler {
  private static final int MAX_STACK = 1_000_000;
  private static final int MAX_VALUES = 4_000_000;
  private static final int MAX_LONG = 256;

  /** About what a value takes of the heap, with its place in a collection. */
  private static final int BYTES_OF_VALUE = 96;

  private static final int MOST_UNKNOWN = 5;

  private final ByteBuffer in;
  private final List<PickleValue> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Integer, PickleValue> memo = new HashMap<>();
  private final Map<String, StorageType> storages = new HashMap<>();
  private final Set<String> unknown = new LinkedHashSet<>();
  private final HeapAccount account = HeapAccount.ofThisProcess();
  private int values;

  /** Creates a reader that begins at the buffer's position. */
  Unpickler(ByteBuffer in) {
    this.in = in;
  }

  /**
   * Reads one pickle; the buffer's position is then behind it.
   *
   * @throws FoveaException if it is cut short or not a pickle
   */
  PickleValue read() {
    while (true) {
      int op = u1();
      if (op == '.') {
        return pop();
      }
      if (!number(op) && !text(op) && !collection(op) && !memo(op)) {
        object(op);
      }
      if (stack.size() > MAX_STACK || marks.size() > MAX_STACK) {
        throw new FoveaException("a pickle with more than " + MAX_STACK + " values at once");
      }
    }
  }

  /** Returns the type of each storage that has been met, by key. */
  Map<String, StorageType> storages() {
    return storages;
  }

  /** Returns the first names of classes and functions that it asks for and this reader ignores. */
  List<String> unknown() {
    return List.copyOf(unknown);
  }

  private boolean number(int op) {
    switch (op) {
      case 0x80 -> protocol();
      case 0x95 -> s8();
      case 'N' -> push(new None());
      case 0x88 -> push(new PickleValue.Bool(true));
      case 0x89 -> push(new PickleValue.Bool(false));
      case 'J' -> push(new PickleValue.Int(s4()));
      case 'K' -> push(new PickleValue.Int(u1()));
      case 'M' -> push(new PickleValue.Int(u2()));
      case 'I' -> push(decimal(line()));
      case 'L' -> push(decimal(line().replaceFirst("L$", "")));
      case 0x8a -> push(long1(u1()));
      case 0x8b -> push(long1(s4()));
      case 'G' -> push(new PickleValue.Real(Double.longBitsToDouble(Long.reverseBytes(s8()))));
      case 'F' -> push(real(line()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void protocol() {
    int version = u1();
    if (version > 5) {
      throw new FoveaException("a pickle of protocol " + version + ", read are 0 to 5");
    }
  }

  private static PickleValue decimal(String digits) {
    if (digits.equals("01") || digits.equals("00")) {
      return new PickleValue.Bool(digits.equals("01"));
    }
    try {
      return new PickleValue.Int(Long.parseLong(digits));
    } catch (NumberFormatException e) {
      throw new FoveaException("a pickle with the number " + Text.shown(digits), e);
    }
  }

  private static PickleValue real(String digits) {
    try {
      return new PickleValue.Real(Double.parseDouble(digits));
    } catch (NumberFormatException e) {
      throw new FoveaException("a pickle with the number " + Text.shown(digits), e);
    }
  }

  private PickleValue long1(int length) {
    if (length < 0 || length > MAX_LONG) {
      throw new FoveaException("a pickle with a number of " + length + " bytes");
    }
    long value = 0;
    byte[] bytes = bytes(length);
    for (int i = Math.min(length, Long.BYTES) - 1; i >= 0; i--) {
      value = value << Byte.SIZE | Byte.toUnsignedLong(bytes[i]);
    }
    boolean negative = length > 0 && length < Long.BYTES && bytes[length - 1] < 0;
    return new PickleValue.Int(negative ? value | -1L << (Byte.SIZE * length) : value);
  }

  private boolean text(int op) {
    switch (op) {
      case 'X' -> push(string(s4()));
      case 0x8c -> push(string(u1()));
      case 0x8d -> push(string(length8()));
      case 'T' -> push(string(s4()));
      case 'U' -> push(string(u1()));
      case 'V' -> push(new Str(line()));
      case 'S' -> push(new Str(unquoted(line())));
      case 'B' -> push(string(s4()));
      case 'C' -> push(string(u1()));
      case 0x8e, 0x96 -> push(string(length8()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static String unquoted(String s) {
    boolean quoted = s.length() >= 2 && (s.startsWith("'") || s.startsWith("\""));
    return quoted ? s.substring(1, s.length() - 1) : s;
  }

  private Str string(int length) {
    return new Str(new String(bytes(length), StandardCharsets.UTF_8));
  }

  private boolean collection(int op) {
    switch (op) {
      case '(' -> marks.add(stack.size());
      case ')' -> push(new Tuple(List.of()));
      case 't' -> push(new Tuple(toMark()));
      case 0x85 -> push(tuple(1));
      case 0x86 -> push(tuple(2));
      case 0x87 -> push(tuple(3));
      case ']', 0x8f -> push(new Items());
      case 'l' -> push(items(toMark()));
      case 0x91 -> push(items(toMark()));
      case '}' -> push(new Dict());
      case 'd' -> push(dict(toMark()));
      case 'a' -> append(List.of(pop()));
      case 'e', 0x90 -> append(toMark());
      case 's' -> setItems(tuple(2).items());
      case 'u' -> setItems(toMark());
      case '0' -> pop();
      case '1' -> toMark();
      case '2' -> push(top());
      default -> {
        return false;
      }
    }
    return true;
  }

  private Tuple tuple(int n) {
    if (stack.size() < n) {
      throw emptyStack();
    }
    List<PickleValue> from = stack.subList(stack.size() - n, stack.size());
    Tuple t = new Tuple(List.copyOf(from));
    from.clear();
    return t;
  }

  private List<PickleValue> toMark() {
    if (marks.isEmpty() || marks.getLast() > stack.size()) {
      throw new FoveaException("a damaged pickle: a mark is missing");
    }
    List<PickleValue> from = stack.subList(marks.removeLast(), stack.size());
    List<PickleValue> copy = List.copyOf(from);
    from.clear();
    return copy;
  }

  private static Items items(List<PickleValue> values) {
    Items list = new Items();
    list.items().addAll(values);
    return list;
  }

  private static Dict dict(List<PickleValue> pairs) {
    Dict d = new Dict();
    put(d, pairs);
    return d;
  }

  private void append(List<PickleValue> values) {
    switch (top()) {
      case Items list -> list.items().addAll(values);
      // What a list of a class of its own holds is no weight.
      case Dict d when !d.isPlain() -> {}
      default -> throw new FoveaException("a damaged pickle: appends to what is no list");
    }
  }

  private void setItems(List<PickleValue> pairs) {
    if (!(top() instanceof Dict d)) {
      throw new FoveaException("a damaged pickle: sets entries of what is no dictionary");
    }
    put(d, pairs);
  }

  private static void put(Dict d, List<PickleValue> pairs) {
    if (pairs.size() % 2 != 0) {
      throw new FoveaException("a damaged pickle: a key without a value");
    }
    for (int i = 0; i < pairs.size(); i += 2) {
      switch (pairs.get(i)) {
        case Str s -> d.entries().put(s.value(), pairs.get(i + 1));
        case PickleValue.Int n -> d.entries().put(n.value(), pairs.get(i + 1));
        default -> {
          // No state dict has keys of another kind; what they lead to is of no use here.
        }
      }
    }
  }

  private boolean memo(int op) {
    switch (op) {
      case 'q' -> remember(u1());
      case 'r' -> remember(s4());
      case 'p' -> remember(index(line()));
      case 0x94 -> remember(memo.size());
      case 'h' -> push(recall(u1()));
      case 'j' -> push(recall(s4()));
      case 'g' -> push(recall(index(line())));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static int index(String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw new FoveaException("a damaged pickle: the place " + Text.shown(digits), e);
    }
  }

  private void remember(int place) {
    memo.put(place, top());
    if (memo.size() > MAX_STACK) {
      throw new FoveaException("a pickle that remembers more than " + MAX_STACK + " values");
    }
  }

  private PickleValue recall(int place) {
    PickleValue value = memo.get(place);
    if (value == null) {
      throw new FoveaException("a damaged pickle: nothing is remembered at " + place);
    }
    return value;
  }

  private void object(int op) {
    switch (op) {
      case 'c' -> {
        String module = line();
        push(global(module, line()));
      }
      case 0x93 -> {
        Tuple names = tuple(2);
        push(global(text(names.items().get(0)), text(names.items().get(1))));
      }
      case 'R', 0x81 -> {
        Tuple call = tuple(2);
        push(Rebuild.call(call.items().get(0), call.items().get(1)));
      }
      case 0x92 -> {
        Tuple call = tuple(3);
        push(Rebuild.call(call.items().get(0), call.items().get(1)));
      }
      case 'o' -> {
        List<PickleValue> call = toMark();
        if (call.isEmpty()) {
          throw emptyStack();
        }
        push(Rebuild.call(call.get(0), new Tuple(call.subList(1, call.size()))));
      }
      case 'i' -> {
        String module = line();
        Global g = global(module, line());
        push(Rebuild.call(g, new Tuple(toMark())));
      }
      case 'b' -> build(pop());
      case 'Q' -> push(storage(pop()));
      default ->
          throw new FoveaException(
              "a pickle with the instruction 0x%02x, which tensors do not need".formatted(op));
    }
  }

  /** Takes the attributes of an object; those of a plain dictionary are no entries. */
  private void build(PickleValue state) {
    if (top() instanceof Dict d && !d.isPlain()) {
      List<PickleValue> parts = state instanceof Tuple(List<PickleValue> t) ? t : List.of(state);
      for (PickleValue part : parts) {
        if (part instanceof Dict attributes && attributes != d) {
          attributes.entries().forEach(d.entries()::putIfAbsent);
        }
      }
    }
  }

  private static String text(PickleValue v) {
    if (v instanceof Str s) {
      return s.value();
    }
    throw new FoveaException("a damaged pickle: a name that is no text");
  }

  private Global global(String module, String name) {
    String full = module + "." + name;
    Known known =
        switch (full) {
          case "collections.OrderedDict", "__builtin__.dict", "builtins.dict" -> Known.DICTIONARY;
          case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2" -> Known.TENSOR;
          case "torch._utils._rebuild_tensor_v3" -> Known.TYPED_TENSOR;
          case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state" ->
              Known.PARAMETER;
          case "torch._tensor._rebuild_from_type", "torch._tensor._rebuild_from_type_v2" ->
              Known.SUBCLASS;
          case "torch.Size", "builtins.tuple", "__builtin__.tuple" -> Known.TUPLE;
          default -> other(module, name);
        };
    return new Global(known, full);
  }

  private Known other(String module, String name) {
    boolean ofTorch = List.of("torch", "torch.storage", "torch.cuda").contains(module);
    if (ofTorch && StorageType.named(name).isPresent()) {
      return Known.STORAGE;
    }
    boolean dtype = module.equals("torch") && StorageType.ofElements(name).isPresent();
    if (!dtype && unknown.size() < MOST_UNKNOWN) {
      unknown.add(Text.shown(module + "." + name));
    }
    return Known.OTHER;
  }

  /** Returns the storage that a persistent id stands for. */
  private Storage storage(PickleValue id) {
    if (id instanceof Tuple(List<PickleValue> t)
        && t.size() >= 5
        && t.get(0) instanceof Str(String kind)
        && kind.equals("storage")
        && t.get(1) instanceof Global g
        && g.known() == Known.STORAGE
        && t.get(2) instanceof Str(String key)
        && t.get(4) instanceof PickleValue.Int(long elements)) {
      if (t.size() > 5 && !(t.get(5) instanceof None)) {
        throw new FoveaException("a storage that is a view of another is not read");
      }
      StorageType type = StorageType.named(g.simpleName()).orElseThrow();
      storages.put(key, type);
      return new Storage(type, key, elements);
    }
    throw new FoveaException("a damaged pickle: an id that is not of a storage");
  }

  private void push(PickleValue value) {
    if (++values > MAX_VALUES) {
      throw new FoveaException("a pickle of more than " + MAX_VALUES + " values");
    }
    account.take("the values of its pickle", BYTES_OF_VALUE);
    stack.add(value);
  }

  private PickleValue top() {
    if (stack.isEmpty()) {
      throw emptyStack();
    }
    return stack.getLast();
  }

  private PickleValue pop() {
    if (stack.isEmpty()) {
      throw emptyStack();
    }
    return stack.removeLast();
  }

  private static FoveaException emptyStack() {
    return new FoveaException("a damaged pickle: takes a value where there is none");
  }

  private void require(long count) {
    if (count < 0 || count > in.remaining()) {
      throw new FoveaException("a pickle that is cut short or damaged");
    }
  }

  private int u1() {
    require(1);
    return Byte.toUnsignedInt(in.get());
  }

  private int u2() {
    require(2);
    return Short.toUnsignedInt(in.getShort());
  }

  private int s4() {
    require(4);
    return in.getInt();
  }

  private long s8() {
    require(8);
    return in.getLong();
  }

  private int length8() {
    long n = s8();
    require(n);
    return (int) n;
  }

  private byte[] bytes(int count) {
    require(count);
    byte[] bytes = new byte[count];
    in.get(bytes);
    return bytes;
  }

  private String line() {
    int start = in.position();
    while (u1() != '\n') {
      // Only looks for the end.
    }
    byte[] bytes = new byte[in.position() - 1 - start];
    in.get(start, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
