package io.pika.proxy.protocol;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What {@link Command} and {@link SubCommand} have in common: one row of the command table, with what follows from it. */
public final class CommandSpec {
  private final String redisName;
  private final Service service;
  private final Group group;
  private final int arity;
  private final Set<Flag> flags;
  /** The same, for hot paths: a bit for each. */
  private final long flagBits;
  private final Access access;
  private final Set<Category> categories;
  private final List<KeySpec> keys;
  private final int onlyKey;
  private final boolean mayTakeLong;
  private final LegacyRange legacyRange;

  /** The keys as COMMAND told them before there were specifications; zeros = none. */
  record LegacyRange(int first, int last, int step) {
    static final LegacyRange NONE = new LegacyRange(0, 0, 0);
  }

  CommandSpec(String redisName, Service service, Group group, int arity, Set<Flag> flags, KeySpec... keys) {
    this.redisName = redisName;
    this.service = service;
    this.group = group;
    this.arity = arity;
    this.keys = List.of(keys);
    this.flags = withDerived(flags, this.keys);
    this.flagBits = this.flags.stream().mapToLong(CommandSpec::bit).sum();
    this.access = access(this.flags);
    this.categories = categories(group, this.flags);
    this.onlyKey = onlyKey(this.keys);
    this.mayTakeLong = this.flags.contains(Flag.LONG) || this.flags.contains(Flag.LONG_IF_LARGE);
    this.legacyRange = legacyRange(this.keys);
  }

  /** In small letters; a sub-command's with its command's: "client|list". */
  public String redisName() {
    return redisName;
  }

  public Support support() {
    return service.support;
  }

  public Scope scope() {
    return service.scope;
  }

  /** How it is served, or the reason why it is not. */
  public String note() {
    return service.note;
  }

  public Group group() {
    return group;
  }

  /** Count of arguments with the name; negative = at least that many. */
  public int arity() {
    return arity;
  }

  public boolean hasArity(int size) {
    return arity >= 0 ? size == arity : size >= -arity;
  }

  public Set<Flag> flags() {
    return flags;
  }

  public boolean has(Flag flag) {
    return (flagBits & bit(flag)) != 0;
  }

  private static long bit(Flag flag) {
    return 1L << flag.ordinal();
  }

  public Set<Category> categories() {
    return categories;
  }

  public List<KeySpec> keys() {
    return keys;
  }

  /** Position of the key of a command that has exactly one, always there; 0 = it is another kind. */
  public int onlyKey() {
    return onlyKey;
  }

  boolean mayTakeLong() {
    return mayTakeLong;
  }

  /** Whether it may change data, or what others see: it waits for room, and where writes are paused. */
  public boolean mayWrite() {
    return access == Access.WRITE || has(Flag.MAY_REPLICATE);
  }

  LegacyRange legacyRange() {
    return legacyRange;
  }

  public Access access() {
    return access;
  }

  private static Access access(Set<Flag> flags) {
    if (flags.contains(Flag.WRITES)) {
      return Access.WRITE;
    }
    return flags.contains(Flag.READS) ? Access.READ : Access.NONE;
  }

  private static Set<Flag> withDerived(Set<Flag> given, List<KeySpec> keys) {
    EnumSet<Flag> flags = EnumSet.noneOf(Flag.class);
    flags.addAll(given);
    if (!keys.stream().allMatch(KeySpec::isFixed)) {
      flags.add(Flag.MOVABLEKEYS);
    }
    return Collections.unmodifiableSet(flags);
  }

  private static Set<Category> categories(Group group, Set<Flag> flags) {
    EnumSet<Category> categories = EnumSet.noneOf(Category.class);
    for (Flag flag : flags) {
      Collections.addAll(categories, flag.categories);
    }
    if (!flags.contains(Flag.LEADS)) {
      Collections.addAll(categories, group.categories);
    }
    if (group == Group.SCRIPTS) {
      categories.remove(Category.READ);
    }
    if (!categories.contains(Category.FAST)) {
      categories.add(Category.SLOW);
    }
    return Collections.unmodifiableSet(categories);
  }

  private static int onlyKey(List<KeySpec> keys) {
    return keys.size() == 1 && keys.getFirst().access() != KeyAccess.NOT_KEY
        && keys.getFirst().begin() instanceof KeySpec.Begin.Index(int position)
        && keys.getFirst().find().equals(new KeySpec.Find.Range(0, 1, 0)) ? position : 0;
  }

  /** As populateCommandLegacyRangeSpec of Redis: one range as it is, neighbouring ranges of step one as one. */
  private static LegacyRange legacyRange(List<KeySpec> keys) {
    if (keys.size() == 1 && keys.getFirst().begin() instanceof KeySpec.Begin.Index(int first)
        && keys.getFirst().find() instanceof KeySpec.Find.Range(int last, int step, int _)) {
      return new LegacyRange(first, last >= 0 ? first + last : last, step);
    }
    int first = 0;
    int last = 0;
    for (KeySpec key : keys) {
      if (key.begin() instanceof KeySpec.Begin.Index(int position)
          && key.find() instanceof KeySpec.Find.Range(int end, int step, int _)) {
        boolean gap = last != 0 && last != position - 1;
        if (step != 1 || gap) {
          return LegacyRange.NONE;
        }
        first = first == 0 ? position : first;
        last = end >= 0 ? position + end : end;
      }
    }
    return first == 0 ? LegacyRange.NONE : new LegacyRange(first, last, 1);
  }
}
