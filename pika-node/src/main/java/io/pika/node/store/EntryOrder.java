package io.pika.node.store;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * The addresses of {@link LayerEntries} in the order of their keys, in blocks so that one can be put in between. A position is
 * a block's number and a place in it; changes move positions. The rules for threads are those of the entries.
 */
final class EntryOrder {
  private static final int BLOCK = 128;
  private static final int FIRST_BLOCK = 8;
  /** What a block has after sorting: others come in between. */
  private static final int FILL = 96;
  private static final int BLOCK_SHIFT = 8;
  private static final int PLACE_MASK = (1 << BLOCK_SHIFT) - 1;
  private static final int INSERTION_SORT = 8;
  private static final int BLOCK_OVERHEAD_BYTES = 32;

  private final LayerEntries entries;
  /** No block is empty. */
  private int[][] blocks;
  private int[] sizes;
  private int blockCount;
  private long bytes;

  /** @param addresses in any order; they are sorted */
  EntryOrder(LayerEntries entries, int[] addresses) {
    this.entries = entries;
    sort(addresses, addresses.clone(), 0, addresses.length);
    blockCount = (addresses.length + FILL - 1) / FILL;
    blocks = new int[Math.max(1, blockCount)][];
    sizes = new int[blocks.length];
    for (int i = 0; i < blockCount; i++) {
      int from = i * FILL;
      sizes[i] = Math.min(FILL, addresses.length - from);
      blocks[i] = Arrays.copyOf(Arrays.copyOfRange(addresses, from, from + sizes[i]),
          blockCount == 1 ? Math.max(FIRST_BLOCK, sizes[i]) : BLOCK);
      bytes += bytes(blocks[i]);
    }
  }

  /**
   * Sorts one array's part by help of a copy of it. What comes in order, or in the opposite one, as the elements of lists, takes
   * a comparison or two at each halving.
   */
  private void sort(int[] into, int[] from, int low, int high) {
    if (high - low <= INSERTION_SORT) {
      insertionSort(into, low, high);
      return;
    }
    int middle = low + high >>> 1;
    sort(from, into, low, middle);
    sort(from, into, middle, high);
    if (entries.compareKeys(from[middle - 1], from[middle]) < 0) {
      System.arraycopy(from, low, into, low, high - low);
      return;
    }
    if (entries.compareKeys(from[high - 1], from[low]) < 0) {
      System.arraycopy(from, middle, into, low, high - middle);
      System.arraycopy(from, low, into, low + high - middle, middle - low);
      return;
    }
    int left = low;
    int right = middle;
    for (int i = low; i < high; i++) {
      boolean takeLeft = left < middle
          && (right >= high || entries.compareKeys(from[left], from[right]) <= 0);
      into[i] = takeLeft ? from[left++] : from[right++];
    }
  }

  private void insertionSort(int[] array, int low, int high) {
    for (int i = low + 1; i < high; i++) {
      int at = array[i];
      int place = i;
      while (place > low && entries.compareKeys(array[place - 1], at) > 0) {
        array[place] = array[place - 1];
        place--;
      }
      array[place] = at;
    }
  }

  long bytes() {
    return bytes + (long) blocks.length * (Long.BYTES + Integer.BYTES);
  }

  private static long bytes(int[] block) {
    return (long) block.length * Integer.BYTES + BLOCK_OVERHEAD_BYTES;
  }

  /** Address of the first one of some. */
  int first() {
    return blocks[0][0];
  }

  int last() {
    int block = blockCount - 1;
    return blocks[block][sizes[block] - 1];
  }

  /** The address there; {@link LayerEntries#NONE}: it is behind the last one, or was one before changes. */
  int at(int position) {
    int block = position >>> BLOCK_SHIFT;
    int place = position & PLACE_MASK;
    return block < blockCount && place < sizes[block] ? blocks[block][place] : LayerEntries.NONE;
  }

  /** Of one whose address is not {@link LayerEntries#NONE}. */
  int next(int position) {
    int block = position >>> BLOCK_SHIFT;
    int place = (position & PLACE_MASK) + 1;
    return place < sizes[block] ? position + 1 : block + 1 << BLOCK_SHIFT;
  }

  /** -1: there is none before. */
  int previous(int position) {
    if ((position & PLACE_MASK) > 0) {
      return position - 1;
    }
    int block = (position >>> BLOCK_SHIFT) - 1;
    return block < 0 ? -1 : block << BLOCK_SHIFT | sizes[block] - 1;
  }

  /** Of the first key that is not less. */
  int ceiling(byte[] key) {
    int position = placeOf(key);
    int block = position >>> BLOCK_SHIFT;
    return block < blockCount && (position & PLACE_MASK) == sizes[block]
        ? block + 1 << BLOCK_SHIFT
        : position;
  }

  /** Where the key is or belongs, perhaps behind the last of a block. */
  private int placeOf(byte[] key) {
    int block = blockOf(key);
    int low = 0;
    int high = block < blockCount ? sizes[block] : 0;
    while (low < high) {
      int middle = low + high >>> 1;
      if (entries.compareKey(blocks[block][middle], key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return block << BLOCK_SHIFT | low;
  }

  /** The last block whose first key is not greater; the first one if there is none. */
  private int blockOf(byte[] key) {
    int low = 0;
    int high = blockCount;
    while (high - low > 1) {
      int middle = low + high >>> 1;
      if (entries.compareKey(blocks[middle][0], key) <= 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** A key that is not there yet. */
  void add(byte[] key, int address) {
    int position = placeOf(key);
    int block = position >>> BLOCK_SHIFT;
    int place = position & PLACE_MASK;
    if (block == blockCount) {
      insertBlock(block, new int[FIRST_BLOCK], 0);
    } else if (sizes[block] == blocks[block].length) {
      if (sizes[block] == BLOCK) {
        int moved = split(block, place);
        block = place > moved || place == BLOCK ? block + 1 : block;
        place = place > moved ? place - moved : place == BLOCK ? 0 : place;
      } else {
        grow(block);
      }
    }
    int[] addresses = blocks[block];
    System.arraycopy(addresses, place, addresses, place + 1, sizes[block] - place);
    addresses[place] = address;
    sizes[block]++;
  }

  private void grow(int block) {
    bytes -= bytes(blocks[block]);
    blocks[block] = Arrays.copyOf(blocks[block], Math.min(BLOCK, 2 * sizes[block]));
    bytes += bytes(blocks[block]);
  }

  /**
   * Makes room in a full block for one at the place; returns how many stay. Who comes at an end, as lists' elements do, finds
   * the blocks full that he leaves behind.
   */
  private int split(int block, int place) {
    int stay = place == BLOCK && block == blockCount - 1 ? BLOCK : place == 0 && block == 0 ? 0 : BLOCK / 2;
    if (stay == 0) {
      insertBlock(0, new int[BLOCK], 0);
      return BLOCK;
    }
    int[] moved = new int[BLOCK];
    System.arraycopy(blocks[block], stay, moved, 0, BLOCK - stay);
    sizes[block] = stay;
    insertBlock(block + 1, moved, BLOCK - stay);
    return stay;
  }

  private void insertBlock(int block, int[] addresses, int size) {
    if (blockCount == blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * blockCount);
      sizes = Arrays.copyOf(sizes, 2 * blockCount);
    }
    System.arraycopy(blocks, block, blocks, block + 1, blockCount - block);
    System.arraycopy(sizes, block, sizes, block + 1, blockCount - block);
    blocks[block] = addresses;
    sizes[block] = size;
    blockCount++;
    bytes += bytes(addresses);
  }

  /** Another address for a key that is there. */
  void replace(byte[] key, int address) {
    int position = placeOf(key);
    blocks[position >>> BLOCK_SHIFT][position & PLACE_MASK] = address;
  }

  void replaceAll(IntUnaryOperator address) {
    for (int i = 0; i < blockCount; i++) {
      for (int j = 0; j < sizes[i]; j++) {
        blocks[i][j] = address.applyAsInt(blocks[i][j]);
      }
    }
  }

  /** A key that is there. */
  void remove(byte[] key) {
    int position = placeOf(key);
    int block = position >>> BLOCK_SHIFT;
    int place = position & PLACE_MASK;
    sizes[block]--;
    System.arraycopy(blocks[block], place + 1, blocks[block], place, sizes[block] - place);
    if (sizes[block] == 0) {
      removeBlock(block);
    }
  }

  private void removeBlock(int block) {
    bytes -= bytes(blocks[block]);
    blockCount--;
    System.arraycopy(blocks, block + 1, blocks, block, blockCount - block);
    System.arraycopy(sizes, block + 1, sizes, block, blockCount - block);
    blocks[blockCount] = new int[0];
  }

  /** Whether a position has this key. */
  boolean isAt(int position, byte[] key) {
    int address = at(position);
    return address != LayerEntries.NONE && entries.compareKey(address, key) == 0;
  }
}
