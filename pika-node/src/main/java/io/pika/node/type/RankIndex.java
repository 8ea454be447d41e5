package io.pika.node.type;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many names lie before one, and which name lies at a place, in an ordered part of a collection: a tree of counts
 * beside the names. A block of level 1 stands for the names from its own first name to the next block's; a block of
 * level 2 for neighbouring blocks of level 1, and so on. A change touches one block a level; a look-up reads the children
 * of one block a level. A small collection has no index: there its names are counted.
 *
 * <pre>
 * | part |                  -> | levels u8 | blocks of the highest level u32 |
 * | part | level u8 | first | -> | count of names u64 | children u32 |
 * </pre>
 *
 * <p>The children of level 1 are names. A block's first name need not be there: it is the shortest that parts the block from
 * what lies before, and empty in the first block of each level. The first child of a block has the block's first name.
 *
 * <p>Decision: ranks are counted in blocks.
 */
final class RankIndex {
  private static final int ROOT_BYTES = 5;
  private static final int BLOCK_BYTES = 12;
  private static final byte[] FIRST = {};
  /** What is deleted one by one; more of them with a range. */
  private static final int FEW = 128;

  /**
   * How large the parts of the tree are.
   *
   * @param unindexed names of a collection that needs no index; it is dropped at a quarter of them
   * @param names of a block of level 1, at most
   * @param blocks of a block of a higher level, at most
   */
  record Shape(int unindexed, int names, int blocks) {
    /** Measured; see the decision. */
    static final Shape DEFAULT = new Shape(512, 256, 128);

    int most(int level) {
      return level == 1 ? names : blocks;
    }
  }

  private final Elements elements;
  private final byte names;
  private final byte part;
  private final Shape shape;
  private final OrderEnds ends;

  /** @param blocks of the highest level */
  private record Root(int levels, int blocks) {}

  /** @param children names on level 1, blocks of the level below on others */
  private record Block(int level, byte[] first, long count, int children) {
    Block with(long otherCount, long otherChildren) {
      return new Block(level, first, otherCount, (int) otherChildren);
    }

    Block joined(Block next) {
      return with(count + next.count, (long) children + next.children);
    }
  }

  /**
   * @param names the byte with which the names begin that are counted
   * @param part the byte with which the index' own names begin
   * @param ends where the names lie; they are told of a change before the index is
   */
  RankIndex(Elements elements, byte names, byte part, Shape shape, OrderEnds ends) {
    this.elements = elements;
    this.names = names;
    this.part = part;
    this.shape = shape;
    this.ends = ends;
  }

  /** A name has been put that was not there. @param size count of names, with it */
  void added(byte[] name, long size) {
    Root root = root(size);
    if (root != null) {
      change(root, tail(name), 1, size);
    } else if (size > shape.unindexed) {
      build();
    }
  }

  /** A name has been deleted. @param size count of names, without it */
  void removed(byte[] name, long size) {
    Root root = root(size + 1);
    if (root == null) {
      return;
    }
    if (isTooSmall(size)) {
      drop();
    } else {
      change(root, tail(name), -1, size);
    }
  }

  /** A name has been deleted and another put that was not there. */
  void moved(byte[] from, byte[] to, long size) {
    Root root = root(size);
    if (root != null && !Arrays.equals(at(1, tail(from)).first, at(1, tail(to)).first)) {
      change(root, tail(from), -1, size);
      added(to, size);
    }
  }

  /** How many names lie before a bound, which may be a name or not. @param size count of all names */
  long rank(byte[] bound, long size) {
    if (Arrays.compareUnsigned(bound, ends.from()) <= 0) {
      return 0;
    }
    if (Arrays.compareUnsigned(bound, ends.to()) >= 0) {
      return size;
    }
    Root root = root(size);
    byte[] first = FIRST;
    long rank = 0;
    for (int level = root == null ? 0 : root.levels; level > 0; level--) {
      long last = 0;
      try (ElementWalk walk = elements.walk(key(level, first), after(key(level, tail(bound))))) {
        while (walk.next()) {
          rank += last;
          last = countOf(walk.value());
          first = firstOf(walk.name());
        }
      }
    }
    return rank + walked(nameFrom(first), bound);
  }

  /** How many names lie in a range. @param to exclusive */
  long count(byte[] from, byte[] to, long size) {
    return root(size) == null ? walked(from, to) : rank(to, size) - rank(from, size);
  }

  /** The name at a place. @param size count of all names, above the rank */
  byte[] nameAt(long rank, long size) {
    if (size - rank <= shape.names / 2) {
      return nth(elements.walkBack(ends.from(), ends.to()), size - 1 - rank);
    }
    Root root = rank <= shape.names / 2 ? null : root(size);
    byte[] first = FIRST;
    long left = rank;
    for (int level = root == null ? 0 : root.levels; level > 0; level--) {
      try (ElementWalk walk = elements.walk(key(level, first), levelTo(level))) {
        long passed = 0;
        while (left >= passed && walk.next()) {
          left -= passed;
          passed = countOf(walk.value());
          first = firstOf(walk.name());
        }
      }
    }
    return nth(elements.walk(nameFrom(first), ends.to()), left);
  }

  /**
   * A range of names is about to be deleted. What is left of the blocks at its two ends becomes one, on each level.
   *
   * @param to exclusive
   * @param count how many names are in the range, above 0
   * @param size count of all names, with them
   */
  void removing(byte[] from, byte[] to, long count, long size) {
    Root root = root(size);
    if (root == null) {
      return;
    }
    if (isTooSmall(size - count)) {
      drop();
      return;
    }
    List<Cut> cuts = cuts(root, from, to, size);
    Cut top = cuts.getLast();
    long topBlocks = kept(root.levels, FIRST, top, levelTo(root.levels));
    int more = 0;
    for (Cut cut : cuts) {
      absorb(cut.from, cut.to);
      boolean parted = cut.from.level == 1 && cut.children > shape.names;
      more = parted
          ? part(cut, from, to)
          : settle(root, cut.from.with(cut.before + cut.behind, cut.children + more));
    }
    settleRoot(new Root(root.levels, (int) topBlocks + more), size - count);
  }

  /** Two blocks on either side of the range: its names are still there, so none can be split by walking. */
  private int part(Cut cut, byte[] from, byte[] to) {
    put(cut.from.with(cut.before, cut.before));
    put(new Block(1, parting(tail(from), tail(to)), cut.behind, (int) cut.behind));
    return 1;
  }

  /**
   * What a deleted range does on one level.
   *
   * @param from the block in which it begins; it takes what is left of the other
   * @param to the block in which it ends
   * @param before names that are left in the one
   * @param behind names that are left in the other
   * @param children that are left in both
   */
  private record Cut(Block from, Block to, long before, long behind, long children) {}

  private List<Cut> cuts(Root root, byte[] from, byte[] to, long size) {
    long fromRank = rank(from, size);
    long toRank = rank(to, size);
    List<Cut> cuts = new ArrayList<>();
    for (int level = 1; level <= root.levels; level++) {
      Block first = at(level, tail(from));
      Block last = lastBefore(level, to);
      byte[] end = endOf(last);
      long before = fromRank - rank(name(first.first), size);
      long behind = end == null ? size - toRank : rank(name(end), size) - toRank;
      long children = before + behind;
      if (level > 1) {
        byte[] childrenTo = end == null ? levelTo(level - 1) : key(level - 1, end);
        children = kept(level - 1, first.first, cuts.getLast(), childrenTo);
      }
      cuts.add(new Cut(first, last, before, behind, children));
    }
    return cuts;
  }

  /** How many blocks of a level a cut leaves, from a first name to an end. */
  private long kept(int level, byte[] first, Cut cut, byte[] to) {
    return walked(key(level, first), key(cut.from)) + 1 + walked(after(key(cut.to)), to);
  }

  /** The block in which the last name before a bound lies. */
  private Block lastBefore(int level, byte[] bound) {
    boolean all = Arrays.compareUnsigned(bound, new byte[]{(byte) (names + 1)}) >= 0;
    return last(level, key(level, FIRST), all ? levelTo(level) : key(level, tail(bound)));
  }

  /** The first name of the next block of the level; null: there is none. */
  private byte @Nullable [] endOf(Block block) {
    Block next = first(after(key(block)), levelTo(block.level));
    return next == null ? null : next.first;
  }

  private void change(Root root, byte[] name, int by, long size) {
    int more = by;
    for (int level = 1; level <= root.levels; level++) {
      Block block = at(level, name);
      more = settle(root, block.with(block.count + by, (long) block.children + more));
    }
    if (more != 0) {
      settleRoot(new Root(root.levels, root.blocks + more), size);
    }
  }

  /** Writes a block that has changed, in two or with a neighbour if need be; returns by how many blocks there are more. */
  private int settle(Root root, Block block) {
    if (block.children > shape.most(block.level)) {
      split(block);
      return 1;
    }
    if (block.children < shape.most(block.level) / 4 && merge(root, block)) {
      return -1;
    }
    put(block);
    return 0;
  }

  private void split(Block block) {
    int half = block.children / 2;
    long count = 0;
    byte[] before = FIRST;
    byte[] parting = FIRST;
    boolean ofNames = block.level == 1;
    try (ElementWalk walk = ofNames
        ? elements.walk(nameFrom(block.first), ends.to())
        : elements.walk(key(block.level - 1, block.first), levelTo(block.level - 1))) {
      for (int i = 0; i <= half && walk.next(); i++) {
        if (i < half) {
          count += ofNames ? 1 : countOf(walk.value());
          before = ofNames ? tail(walk.name()) : before;
        } else {
          parting = ofNames ? parting(before, tail(walk.name())) : firstOf(walk.name());
        }
      }
    }
    put(block.with(count, half));
    put(new Block(block.level, parting, block.count - count, block.children - half));
  }

  /** Joins a block with a neighbour under the same block of the next level, if both together are small. */
  private boolean merge(Root root, Block block) {
    byte[] from = key(block.level, FIRST);
    byte[] to = levelTo(block.level);
    if (block.level < root.levels) {
      Block above = at(block.level + 1, block.first);
      byte[] end = endOf(above);
      from = key(block.level, above.first);
      to = end == null ? to : key(block.level, end);
    }
    if (Arrays.compareUnsigned(key(block), from) > 0) {
      return join(last(block.level, from, key(block)), block);
    }
    Block next = first(after(key(block)), to);
    return next != null && join(block, next);
  }

  private @Nullable Block first(byte[] from, byte[] to) {
    try (ElementWalk walk = elements.walk(from, to)) {
      return walk.next() ? block(walk) : null;
    }
  }

  private boolean join(Block left, Block right) {
    boolean oneIsEmpty = left.children == 0 || right.children == 0;
    if (!oneIsEmpty && left.children + right.children > shape.most(left.level) / 4 * 3) {
      return false;
    }
    absorb(left, right);
    put(left.joined(right));
    return true;
  }

  /**
   * Deletes the blocks of which one takes the place, up to another. At the ends of a level it is one range with what was
   * deleted there before: names mostly go from the ends, and each walk would step over all the blocks that went along.
   */
  private void absorb(Block left, Block right) {
    if (Arrays.equals(left.first, right.first)) {
      return;
    }
    byte[] from = after(key(left));
    if (endOf(right) == null) {
      elements.deleteRange(from, levelTo(left.level));
    } else if (left.first.length == 0) {
      elements.deleteRange(from, after(key(right)));
    } else {
      delete(from, after(key(right)));
    }
  }

  /** Writes how many blocks the highest level has; too many of them get a level above, and one alone needs none. */
  private void settleRoot(Root changed, long size) {
    Root root = changed;
    if (root.blocks > shape.blocks) {
      split(new Block(root.levels + 1, FIRST, size, root.blocks));
      root = new Root(root.levels + 1, 2);
    }
    while (root.blocks == 1 && root.levels > 1) {
      Block highest = at(root.levels, FIRST);
      elements.delete(key(highest));
      root = new Root(root.levels - 1, highest.children);
    }
    put(root);
  }

  /** Makes the index in one walk over the names, and one over each level. */
  private void build() {
    int level = 1;
    int blocks = buildLevel(1, shape.names / 2, elements.walk(ends.from(), ends.to()));
    while (blocks > shape.blocks) {
      level++;
      blocks = buildLevel(level, shape.blocks / 2, elements.walk(key(level - 1, FIRST), levelTo(level - 1)));
    }
    put(new Root(level, blocks));
  }

  /** Groups the children that a walk finds; returns how many blocks that makes. */
  private int buildLevel(int level, int children, ElementWalk walk) {
    int blocks = 0;
    try (walk) {
      Block block = new Block(level, FIRST, 0, 0);
      byte[] before = FIRST;
      while (walk.next()) {
        byte[] child = level == 1 ? tail(walk.name()) : firstOf(walk.name());
        if (block.children == children) {
          put(block);
          blocks++;
          block = new Block(level, level == 1 ? parting(before, child) : child, 0, 0);
        }
        block = block.with(block.count + (level == 1 ? 1 : countOf(walk.value())), block.children + 1L);
        before = child;
      }
      put(block);
    }
    return blocks + 1;
  }

  private void drop() {
    delete(new byte[]{part}, new byte[]{(byte) (part + 1)});
  }

  private void delete(byte[] from, byte[] to) {
    byte[] rest = from;
    int deleted = 0;
    try (ElementWalk walk = elements.walk(from, to)) {
      while (deleted++ < FEW && walk.next()) {
        elements.delete(walk.name());
        rest = after(walk.name());
      }
      if (deleted <= FEW) {
        return;
      }
    }
    elements.deleteRange(rest, to);
  }

  private boolean isTooSmall(long size) {
    return size <= shape.unindexed / 4;
  }

  /** Null: there is no index. */
  private @Nullable Root root(long size) {
    byte[] found = isTooSmall(size) ? null : elements.get(new byte[]{part});
    if (found == null) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(found);
    return new Root(in.get(), in.getInt());
  }

  private void put(Root root) {
    elements.put(new byte[]{part},
        ByteBuffer.allocate(ROOT_BYTES).put((byte) root.levels).putInt(root.blocks).array());
  }

  /** The block in which a name lies. */
  private Block at(int level, byte[] name) {
    return last(level, key(level, FIRST), after(key(level, name)));
  }

  private Block last(int level, byte[] from, byte[] to) {
    try (ElementWalk walk = elements.walkBack(from, to)) {
      if (!walk.next()) {
        throw new IllegalStateException("the index has no block of level " + level + " there");
      }
      return block(walk);
    }
  }

  private static Block block(ElementWalk walk) {
    ByteBuffer in = ByteBuffer.wrap(walk.value());
    return new Block(walk.name()[1], firstOf(walk.name()), in.getLong(), in.getInt());
  }

  private void put(Block block) {
    elements.put(key(block),
        ByteBuffer.allocate(BLOCK_BYTES).putLong(block.count).putInt(block.children).array());
  }

  private long walked(byte[] from, byte[] to) {
    long count = 0;
    try (ElementWalk walk = elements.walk(from, to)) {
      while (walk.next()) {
        count++;
      }
    }
    return count;
  }

  private static byte[] nth(ElementWalk steps, long n) {
    try (ElementWalk walk = steps) {
      for (long i = 0; walk.next(); i++) {
        if (i == n) {
          return walk.name();
        }
      }
    }
    throw new IllegalStateException("the collection has fewer names than its size says");
  }

  /** A name without its first byte, which all have alike. */
  private static byte[] tail(byte[] name) {
    return Arrays.copyOfRange(name, 1, name.length);
  }

  /** Where to begin a walk over the names of a block. */
  private byte[] nameFrom(byte[] first) {
    return ends.clippedFrom(name(first));
  }

  private byte[] name(byte[] tail) {
    return ByteBuffer.allocate(1 + tail.length).put(names).put(tail).array();
  }

  private byte[] key(Block block) {
    return key(block.level, block.first);
  }

  private byte[] key(int level, byte[] first) {
    return ByteBuffer.allocate(2 + first.length).put(part).put((byte) level).put(first).array();
  }

  private byte[] levelTo(int level) {
    return new byte[]{part, (byte) (level + 1)};
  }

  private static byte[] firstOf(byte[] key) {
    return Arrays.copyOfRange(key, 2, key.length);
  }

  private static long countOf(byte[] block) {
    return ByteBuffer.wrap(block).getLong();
  }

  /** The shortest that is greater than one name and no greater than the next. */
  private static byte[] parting(byte[] before, byte[] next) {
    return Arrays.copyOf(next, Arrays.mismatch(before, next) + 1);
  }

  /** The least name that is greater than this one. */
  private static byte[] after(byte[] name) {
    return Arrays.copyOf(name, name.length + 1);
  }
}
