package io.pika.node.lua;

/** table.sort: the quicksort of ltablib.c, step by step, for its result with equal items, or a wrong order, can be seen. */
final class TableSort {
  private final LuaState state;
  private final LuaTable table;
  private final Object order;

  private TableSort(LuaState state, LuaTable table, Object order) {
    this.state = state;
    this.table = table;
    this.order = order;
  }

  static Object[] sort(LuaState state, LuaArgs args) {
    LuaTable table = args.table(1);
    Object order = args.isNoneOrNil(2) ? Nil.NIL : args.function(2);
    new TableSort(state, table, order).sort(1, table.length());
    return LuaFunction.NOTHING;
  }

  private boolean less(Object a, Object b) {
    state.tick();
    if (order != Nil.NIL) {
      Object[] values = state.callBack(order, a, b);
      return values.length > 0 && Expr.isTrue(values[0]);
    }
    Frame frame = state.stack.frame;
    if (frame == null) {
      throw new IllegalStateException("sort is called by a script");
    }
    return Operations.less(frame, 0, a, b);
  }

  private void set(int index, Object value) {
    TableLibrary.set(state, table, index, value);
  }

  private void swapIfLess(int a, int b) {
    Object x = table.get(a);
    Object y = table.get(b);
    if (less(x, y)) {
      set(a, y);
      set(b, x);
    }
  }

  private void sort(int from, int to) {
    int low = from;
    int high = to;
    while (low < high) {
      swapIfLess(high, low);
      if (high - low == 1) {
        return;
      }
      int middle = (int) (((long) low + high) / 2);
      Object pivot = table.get(middle);
      if (less(pivot, table.get(low))) {
        set(middle, table.get(low));
        set(low, pivot);
      } else {
        swapIfLess(high, middle);
      }
      if (high - low == 2) {
        return;
      }
      int border = partition(low, high, middle);
      if (border - low < high - border) {
        sort(low, border - 1);
        low = border + 1;
      } else {
        sort(border + 1, high);
        high = border - 1;
      }
    }
  }

  private int partition(int low, int high, int middle) {
    Object pivot = table.get(middle);
    set(middle, table.get(high - 1));
    set(high - 1, pivot);
    int i = low;
    int j = high - 1;
    while (true) {
      while (less(table.get(++i), pivot)) {
        if (i > high) {
          throw state.error("invalid order function for sorting");
        }
      }
      while (less(pivot, table.get(--j))) {
        if (j < low) {
          throw state.error("invalid order function for sorting");
        }
      }
      if (j < i) {
        break;
      }
      Object swapped = table.get(i);
      set(i, table.get(j));
      set(j, swapped);
    }
    Object last = table.get(high - 1);
    set(high - 1, table.get(i));
    set(i, last);
    return i;
  }
}
