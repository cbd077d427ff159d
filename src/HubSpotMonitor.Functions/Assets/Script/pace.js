// When to ask again. Short requests instead of a stream, so that an open page does not keep a serverless instance awake: after a change
// in 15 seconds, then ever slower, at most once a minute. Where figures change every five minutes that is seven questions for each change, some
// 2,000 a day, and six answers of seven say "nothing new"; a hidden page asks nothing.
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
