package io.pika.node.engine;

import io.pika.node.log.LogException;
import io.pika.node.store.Announcement;
import io.pika.node.store.Batch;
import io.pika.node.store.KeySpace;
import io.pika.node.store.Store;
import io.pika.node.store.StripedLocks;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the commands of one socket read: under the locks of all their slots, in order, with one append for all
 * that they changed; the replies go out when the log says that what they saw is safe.
 *
 * <p>If the append fails, nothing has happened: the effects are taken back, and the commands run again, where any
 * that would change something is refused instead. So no reply tells of what is not in the log. If the log breaks
 * after the append, the outcome is unknown, and every command that saw these effects is told so.
 *
 * <p>Called by the thread that read the socket, which many clients share; it blocks for short work in the same slots, for
 * reads from the disk, and, when the disk is behind, for a bounded time. Long commands run on {@link Workers}, and
 * {@link Gates} keeps everybody else from waiting for them.
 */
public final class SlotExecutor {
  private static final Logger LOG = LoggerFactory.getLogger(SlotExecutor.class);
  static final int MAX_TASKS = 256;
  static final long MAX_BYTES = 1 << 20;
  static final long MAX_REPLY_BYTES = 16 << 20;
  /** What an event loop does before it looks after its other clients: some milliseconds. */
  private static final long STEPS_AT_ONCE = 10_000;
  static final Reply.Err BUSY = Reply.error("TRYAGAIN this node works on too many long commands");
  static final Reply.Err INTERNAL = Reply.error("ERR internal error");
  static final Reply.Err UNREADABLE = Reply.error("ERR the disk cannot be read, see the node's log");
  /** Not to be tried again by itself: what it changed is there, and may stay. */
  static final Reply.Err NO_LEASE = Reply.error(
      "IOERR the node's lease ran out while this command ran; the outcome of a write is unknown");
  private static final Reply.Err BEHIND = Reply.error(
      "MISCONF Writes are refused: the disk does not keep up or is full. Reads are served.");

  private final Store store;
  private final Leadership leadership;
  private final Workers workers;
  private final Gates gates;
  private final Execution execution;
  private final Followers followers;
  private final Answers answers;
  private final Parking parking = new Parking();

  /** What runs in one slot outside a batch. */
  interface SlotWork<T> {
    T run(Batch batch, KeySpace keys);
  }

  /** The slot is not led here at that epoch. */
  static final class NotLedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final Verdict verdict;

    NotLedException(Verdict verdict) {
      super(verdict.name(), null, false, false);
      this.verdict = verdict;
    }

    Verdict verdict() {
      return verdict;
    }
  }

  public SlotExecutor(Store store, Leadership leadership) {
    this(store, leadership, Followers.NOT_ASKED, new Workers("long-commands", 2, 256));
  }

  /** @param workers stays the caller's, who closes it */
  public SlotExecutor(Store store, Leadership leadership, Followers followers, Workers workers) {
    this.store = store;
    this.leadership = leadership;
    this.workers = workers;
    this.gates = new Gates(store.locks());
    this.followers = followers;
    this.answers = new Answers(store, leadership, followers);
    this.execution = new Execution(store, leadership, followers, parking);
  }

  /** @param told of what happened to keys and what scripts publish, when it is safe, in the order of each slot; must not block */
  public void listen(Consumer<Announcement> told) {
    answers.listen(told);
  }

  Store store() {
    return store;
  }

  Answers answers() {
    return answers;
  }

  Leadership leadership() {
    return leadership;
  }

  /**
   * Runs the tasks in order, as {@link #run(List, Home)} does, and waits for what a worker does. For threads that may
   * wait.
   *
   * @return how many of the tasks were taken: fewer than all when their replies are {@link #MAX_REPLY_BYTES} long
   *     already. The rest is for another call, when somebody has fetched these replies
   */
  public int run(List<SlotTask> tasks) {
    int taken = 0;
    Ran ran = Ran.NOTHING;
    while (taken < tasks.size() && ran.stopped() != Ran.Stop.REPLIES_LONG) {
      WaitingHome home = new WaitingHome();
      ran = run(tasks.subList(taken, tasks.size()), home);
      taken += ran.stopped() == Ran.Stop.AWAY ? ran.taken() - home.await() : ran.taken();
    }
    return taken;
  }

  /**
   * Runs the tasks in order, in pieces of bounded size, and never waits for long work. Those of a slot are all executed or,
   * from one on, all refused: none overtakes another. Refusals have been told when this returns; replies may come
   * later, on a thread of the log.
   *
   * <p>A command that is long, or turns out to be, goes to a worker, and so do tasks whose slot is held by such a one. Nothing
   * behind them is taken then, and home hears when they are back; what they are refused is told there before. Until then
   * the caller must not bring other tasks of their slots.
   */
  public Ran run(List<SlotTask> tasks, Home home) {
    Map<Slot, Verdict> refused = new HashMap<>();
    int from = 0;
    while (from < tasks.size()) {
      Ran ran = runSome(tasks.subList(from, tasks.size()), refused, home);
      from += ran.taken();
      if (ran.stopped() != Ran.Stop.NO) {
        return new Ran(from, ran.stopped(), ran.away());
      }
    }
    return Ran.all(from);
  }

  /**
   * Runs the first of some tasks of several clients together, those of each in order, as far as nothing is long and nobody holds a
   * slot for long. Replies and refusals come as with {@link #run(List, Home)}.
   *
   * @return how many were taken; what is left is for each client's own run
   */
  public int runTogether(List<SlotTask> tasks) {
    if (isLong(tasks.getFirst())) {
      return 0;
    }
    List<SlotTask> piece = tasks.subList(0, bounded(tasks));
    Reply.Err noWrites = noWrites(piece);
    int[] stripes = stripes(piece);
    return gates.lock(stripes) == Gates.OPEN
        ? runLocked(piece, stripes, new HashMap<>(), noWrites).taken()
        : 0;
  }

  /** The first tasks: as many as run together, or what of them is sent away. */
  private Ran runSome(List<SlotTask> tasks, Map<Slot, Verdict> refused, Home home) {
    SlotTask first = tasks.getFirst();
    if (isLong(first)) {
      if (isRefused(first, refused)) {
        refuse(first, refused);
        return Ran.all(1);
      }
      return sendAway(first, home);
    }
    List<SlotTask> piece = tasks.subList(0, bounded(tasks));
    Reply.Err noWrites = noWrites(piece);
    while (true) {
      int[] stripes = stripes(piece);
      int closed = gates.lock(stripes);
      if (closed == Gates.OPEN) {
        Ran ran = runLocked(piece, stripes, refused, noWrites);
        boolean turnedOutLong = ran.stopped() == Ran.Stop.TURN_OVER && ran.taken() == 0;
        return turnedOutLong ? sendAway(first, home) : ran;
      }
      int before = firstAt(piece, closed);
      List<SlotTask> waiting = before > 0 ? List.of() : togetherAt(piece, closed, refused);
      if (before > 0) {
        piece = piece.subList(0, before);
      } else if (gates.waitAt(new Piece(closed, waiting, home))) {
        return Ran.away(waiting);
      }
    }
  }

  /** How many of the first tasks are not too much together, and not long. */
  private static int bounded(List<SlotTask> tasks) {
    int size = 0;
    long bytes = 0;
    do {
      bytes += tasks.get(size).request().rawLength();
      size++;
    } while (size < tasks.size() && size < MAX_TASKS && !isLong(tasks.get(size))
        && bytes + tasks.get(size).request().rawLength() <= MAX_BYTES);
    return size;
  }

  private int firstAt(List<SlotTask> tasks, int stripe) {
    int at = 0;
    while (stripe(tasks.get(at)) != stripe) {
      at++;
    }
    return at;
  }

  /** A copy of the first tasks as far as they are of one stripe. What follows a refused one must be refused too: not there. */
  private List<SlotTask> togetherAt(List<SlotTask> tasks, int stripe, Map<Slot, Verdict> refused) {
    int size = 1;
    while (size < tasks.size() && stripe(tasks.get(size)) == stripe
        && !isRefused(tasks.get(size), refused)) {
      size++;
    }
    return List.copyOf(tasks.subList(0, size));
  }

  private static boolean isLong(SlotTask task) {
    return switch (task.job()) {
      case KeyHandler _ -> task.request().mayTakeLong();
      case Transaction transaction -> transaction.mayTakeLong();
      case Park _,Watch _,Unpark _ -> false;
    };
  }

  /** Hardly ever is any slot refused, and nothing is made to find that out. */
  static boolean isRefused(SlotTask task, Map<Slot, Verdict> refused) {
    return !refused.isEmpty() && refused.containsKey(Slot.of(task));
  }

  /** Under the locks, which are let go. */
  private Ran runLocked(List<SlotTask> piece, int[] stripes, Map<Slot, Verdict> refused,
      Reply.@Nullable Err noWrites) {
    Execution.Executed executed;
    try {
      executed = execution.execute(piece, refused, noWrites, STEPS_AT_ONCE);
    } finally {
      store.locks().unlock(stripes);
    }
    turnAway(piece, executed, refused);
    tell(piece, executed);
    return new Ran(executed.taken(), executed.stopped(), List.of());
  }

  private Ran sendAway(SlotTask task, Home home) {
    Piece piece = new Piece(stripe(task), List.of(task), home);
    if (workers.offer(task.table(), () -> runLong(piece))) {
      return Ran.away(piece.tasks());
    }
    Answers.tellOne(task, refusal(task, BUSY));
    return Ran.all(1);
  }

  /** On a worker: the first of the piece's tasks, however long it takes, and then those who waited for its lock. */
  private void runLong(Piece piece) {
    Reply.Err noWrites = noWrites(piece.tasks().subList(0, 1));
    switch (gates.close(piece)) {
      case IN -> {
        try {
          runClosed(piece, noWrites);
        } finally {
          runInLine(piece.stripe());
        }
      }
      case IN_LINE -> LOG.debug("A long command waits for another one in its slot");
      case REFUSED -> refuseFirst(piece, BUSY);
    }
  }

  /** With the gate closed behind it, which is open in any case when it returns. */
  private void runClosed(Piece piece, Reply.@Nullable Err noWrites) {
    List<SlotTask> one = piece.tasks().subList(0, 1);
    Map<Slot, Verdict> refused = new HashMap<>();
    Execution.Executed executed = null;
    try {
      executed = execution.execute(one, refused, noWrites, Batch.UNBOUNDED);
    } finally {
      gates.open(piece.stripe());
      if (executed == null) {
        refuseFirst(piece, INTERNAL);
      }
    }
    sendBack(piece, one, executed, refused);
  }

  /** The others are for another call. */
  private void refuseFirst(Piece piece, Reply.Err why) {
    SlotTask first = piece.tasks().getFirst();
    Answers.tellOne(first, refusal(first, why));
    piece.home().execute(() -> piece.home().back(piece.tasks().subList(1, piece.tasks().size())));
  }

  private void runInLine(int stripe) {
    for (Piece piece = gates.nextInLine(stripe); piece != null; piece = gates.nextInLine(stripe)) {
      try {
        runWaiting(piece);
      } catch (RuntimeException | Error e) {
        LOG.error("What waited for a long command failed: a bug", e);
      }
    }
    Piece next = gates.pass(stripe);
    if (next != null) {
      workers.again(next.table(), () -> runLong(next));
    }
  }

  /** Only short work can hold the lock now, see {@link Gates}. */
  private void runWaiting(Piece piece) {
    Reply.Err noWrites = noWrites(piece.tasks());
    Map<Slot, Verdict> refused = new HashMap<>();
    Execution.Executed executed = null;
    store.locks().lock(piece.stripe());
    try {
      executed = execution.execute(piece.tasks(), refused, noWrites, STEPS_AT_ONCE);
    } finally {
      store.locks().unlock(piece.stripe());
      if (executed == null) {
        refuseFirst(piece, INTERNAL);
      }
    }
    boolean turnedOutLong = executed.stopped() == Ran.Stop.TURN_OVER && executed.taken() == 0;
    if (!turnedOutLong) {
      sendBack(piece, piece.tasks(), executed, refused);
    } else if (!workers.offer(piece.table(), () -> runLong(piece))) {
      refuseFirst(piece, BUSY);
    }
  }

  private void sendBack(Piece piece, List<SlotTask> ran, Execution.Executed executed,
      Map<Slot, Verdict> refused) {
    List<SlotTask> left = piece.tasks().subList(executed.taken(), piece.tasks().size());
    try {
      tell(ran, executed);
    } finally {
      piece.home().execute(() -> {
        turnAway(ran, executed, refused);
        piece.home().back(left);
      });
    }
  }

  private static void turnAway(List<SlotTask> tasks, Execution.Executed executed,
      Map<Slot, Verdict> refused) {
    for (int i = 0; i < executed.taken(); i++) {
      if (executed.replies()[i] == null) {
        refuse(tasks.get(i), refused);
      }
    }
  }

  private void tell(List<SlotTask> tasks, Execution.Executed executed) {
    recheckParked(tasks);
    executed.unfinished().forEach(
        (place, epoch) -> workers.again(place.table(), () -> serveWaiting(place, epoch)));
    answers.tell(tasks, executed);
  }

  /** On a worker: more of those who wait in a slot, when a batch has served enough. */
  private void serveWaiting(Parking.Place place, long epoch) {
    Reply.Err noWrites = whyNoWrites();
    int stripe = store.locks().stripe(place.table(), place.slot());
    Execution.Executed executed;
    store.locks().lock(stripe);
    try {
      executed = execution.serveWaiting(place, epoch, noWrites);
    } finally {
      store.locks().unlock(stripe);
    }
    tell(List.of(), executed);
  }

  private Reply.@Nullable Err noWrites(List<SlotTask> tasks) {
    for (SlotTask task : tasks) {
      if (mayWrite(task)) {
        return whyNoWrites();
      }
    }
    return null;
  }

  /** A change of leadership that came while a request began to wait may not have found it. */
  private void recheckParked(List<SlotTask> tasks) {
    for (SlotTask task : tasks) {
      if (task.job() instanceof Park
          && leadership.check(task.table(), task.slot(), task.epoch()) != Verdict.LEADS) {
        recheckWaiting();
        return;
      }
    }
  }

  static boolean mayWrite(SlotTask task) {
    return switch (task.job()) {
      case KeyHandler _ -> task.request().mayWrite();
      case Transaction transaction -> transaction.mayWrite();
      case Park park -> park.request().mayWrite();
      case Watch _,Unpark _ -> false;
    };
  }

  /** Why nothing can be changed now; null: it can. Waits for room. */
  Reply.@Nullable Err whyNoWrites() {
    LogException failure = store.log().failure();
    if (failure != null) {
      return misconf(failure);
    }
    return store.awaitRoom() ? null : BEHIND;
  }

  static Reply.Err misconf(LogException failure) {
    return Reply.error("MISCONF Errors writing to the log: " + failure.getMessage());
  }

  /** Ascending, each once: sorted by a bit for each stripe. */
  private int[] stripes(List<SlotTask> tasks) {
    long[] bits = new long[StripedLocks.STRIPES / Long.SIZE];
    for (SlotTask task : tasks) {
      int stripe = stripe(task);
      bits[stripe / Long.SIZE] |= 1L << stripe;
    }
    int count = 0;
    for (long word : bits) {
      count += Long.bitCount(word);
    }
    int[] stripes = new int[count];
    int next = 0;
    for (int i = 0; i < bits.length; i++) {
      for (long rest = bits[i]; rest != 0; rest &= rest - 1) {
        stripes[next++] = i * Long.SIZE + Long.numberOfTrailingZeros(rest);
      }
    }
    return stripes;
  }

  private int stripe(SlotTask task) {
    return store.locks().stripe(task.table(), task.slot());
  }

  static Reply.Err refusal(SlotTask task, Reply.Err noWrites) {
    return task.job() instanceof Transaction ? Transaction.aborted(noWrites) : noWrites;
  }

  private static void refuse(SlotTask task, Map<Slot, Verdict> refused) {
    Verdict why = refused.get(Slot.of(task));
    if (why == null) {
      throw new IllegalStateException("a task was neither executed nor refused");
    }
    task.reply().refused(why);
  }

  /** Sends those away who wait where this node does not lead any more. To be called when leadership has changed. */
  public void recheckWaiting() {
    // Those that a long command holds come last: nobody else needs to wait for it.
    List<Parking.Place> places = new ArrayList<>(parking.places());
    places.sort(Comparator.comparing(place -> isHeld(place.table(), place.slot())));
    for (Parking.Place place : places) {
      Map<Parking.Waiter, Verdict> strays;
      int[] stripes = {store.locks().stripe(place.table(), place.slot())};
      store.locks().lock(stripes);
      try {
        strays = parking.takeStrays(place, leadership);
      } finally {
        store.locks().unlock(stripes);
      }
      strays.forEach((waiter, verdict) -> waiter.task.reply().refused(verdict));
    }
  }

  /** Tasks, or batches of them, that stand before a slot which a long command holds. */
  public int standing() {
    return gates.standing();
  }

  public Workers workers() {
    return workers;
  }

  /** Whether a long command is in the slot, or in one that shares its lock. */
  boolean isHeld(int table, int slot) {
    return gates.isClosed(store.locks().stripe(table, slot));
  }

  /** Requests that wait for something to be written. */
  public int waiting() {
    return parking.size();
  }

  /**
   * Runs something in one slot as a batch of its own, under its lock, and logs what it changed.
   *
   * @throws NotLedException this node does not lead the slot at that epoch
   * @throws RefusalException what it changed was refused and taken back
   */
  <T> T inSlot(int table, int slot, long epoch, SlotWork<T> work) {
    int[] stripes = {store.locks().stripe(table, slot)};
    store.locks().lock(stripes);
    try {
      Verdict verdict = leadership.check(table, slot, epoch);
      Batch batch = store.batch();
      verdict = verdict == Verdict.LEADS ? Execution.enter(batch, table, slot, epoch) : verdict;
      if (verdict != Verdict.LEADS) {
        throw new NotLedException(verdict);
      }
      return runAndCommit(table, slot, batch, batch.begin(table, slot, epoch), work);
    } finally {
      store.locks().unlock(stripes);
    }
  }

  private <T> T runAndCommit(int table, int slot, Batch batch, KeySpace keys, SlotWork<T> work) {
    boolean done = false;
    try {
      T result = work.run(batch, keys);
      Reply.Err tooFew = batch.end() ? followers.tooFew(table, slot) : null;
      if (tooFew != null) {
        throw new RefusalException(tooFew);
      }
      long position = batch.commit();
      done = true;
      answers.announce(table, slot, batch.announcements(), position);
      return result;
    } catch (LogException e) {
      throw new RefusalException(misconf(e));
    } finally {
      if (!done) {
        batch.undo();
      }
    }
  }
}
