// When to ask again. Short requests instead of a stream, so that an open page does not keep a serverless instance awake: after a change
// in 15 seconds, then ever slower, at most once a minute. Figures change every five minutes, so a page that is looked at all day asks some
// 2,000 times, and nine answers in ten say "nothing new"; a hidden one asks nothing.
const first = 15_000;
const last = 60_000;
const growth = 1.5;

export class Pace {
  wait = first;

  changed() {
    this.wait = first;
  }

  slower() {
    this.wait = Math.min(last, this.wait * growth);
  }
}
