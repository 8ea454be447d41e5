package io.pika.tests.bench.load;

/** Every key in turn, and within it every member in turn: for filling. */
public final class SequentialDraw implements Draw {
  private final int members;
  private int key;
  private int member;

  public SequentialDraw(int members) {
    this.members = members;
  }

  @Override
  public int key() {
    return key++;
  }

  @Override
  public int member() {
    int drawn = member;
    member = (member + 1) % members;
    return drawn;
  }

  @Override
  public int any() {
    return (int) Long.remainderUnsigned(Chance.mix(31L * key + member), Template.NUMBERS);
  }
}
