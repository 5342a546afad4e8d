// Where labels stand: none over another nor over a mark, as few ties as can be behind them, the weightiest first.
export const LETTERS = 12; // pixels
export const LINE = 14;
const WIDEST = 130;
const LINES = 3;
export const APART = 3; // pixels between a mark and its label
const CELL = 6;
const BUCKET = 48;
const DENSE = 0.45; // of what is behind a label: more of it under ties than this is no place to read
const SPARSE = 6000; // pixels of the picture for each label
const KNOWN = 55_000; // pixels of the picture for each mark that has room made for its label
const SLACK = 4; // pixels more than needed: what is shown is fitted anew when the window changes a little
const CROWD = 13; // marks that may be asked to leave for a label
const FADING = 40; // pixels
const ROUNDS = 60;
const SIDES = [
  ["center", "bottom"],
  ["center", "top"],
  ["right", "center"],
  ["left", "center"],
  ["right", "bottom"],
  ["left", "bottom"],
  ["right", "top"],
  ["left", "top"],
];

const pen = document.createElement("canvas").getContext("2d");
pen.font = `${LETTERS}px system-ui, sans-serif`;
const wide = (text) => pen.measureText(text).width;

// A name in lines, with the room that these take.
export function folded(name) {
  const lines = [];
  const words = name.split(" ");
  while (words.length && lines.length < LINES) {
    let line = words.shift();
    while (words.length && wide(`${line} ${words[0]}`) <= WIDEST) line += ` ${words.shift()}`;
    lines.push(line);
  }
  if (words.length) lines[LINES - 1] += " …";
  return { lines, wide: Math.max(...lines.map(wide)), tall: lines.length * LINE };
}

// Moves marks a little, so that the weightiest can be labelled when all is shown: first their labels get a place with
// as little behind it as can be had, then whoever stands there steps aside, and the neighbours make room in turn.
export function makeRoom(marks, ties, sight) {
  const behind = new Behind(ties, sight, { x: 0, y: 0 });
  const rooms = [];
  const still = new Set();
  for (const mark of marks.slice(0, Math.max(3, Math.round((sight.width * sight.height) / KNOWN)))) {
    const options = SIDES.map((side) => boxOf(mark, side, SLACK)).filter((box) => inside(box, sight) && !rooms.some((other) => meet(box, other)));
    const free = options.filter((box) => ![...still].some((other) => covers(box, other)));
    const cost = (box) => marks.filter((other) => other !== mark && covers(box, other)).length + behind.share(box) * 6;
    const [best] = free.map((box) => [cost(box), box]).sort((a, b) => a[0] - b[0]);
    if (!best || best[0] > CROWD || rooms.some((other) => covers(other, mark))) continue;
    rooms.push(best[1]);
    still.add(mark);
    open(best[1], marks, still);
  }
  let moved = marks.filter((mark) => !still.has(mark));
  for (let round = 0; round < ROUNDS && moved.length; round += 1) {
    const next = new Set();
    for (const mark of moved) {
      for (const room of rooms) {
        if (!covers(room, mark)) continue;
        leave(room, mark);
        next.add(mark);
      }
      for (const other of round || next.has(mark) ? marks : []) {
        if (other !== mark && part(mark, other, still)) next.add(other).add(mark);
      }
    }
    moved = [...next].filter((mark) => !still.has(mark));
  }
}

// Draws marks apart upwards and downwards from the middle of a room, less the further off they are; their order stays.
function open(room, marks, still) {
  const [x, y] = [(room.left + room.right) / 2, (room.top + room.bottom) / 2];
  for (const mark of marks) {
    const beside = Math.max(0, Math.abs(mark.x - x) - (room.right - room.left) / 2 - mark.radius);
    const far = Math.abs(mark.y - y);
    const least = (room.bottom - room.top) / 2 + mark.radius + 1.5;
    if (still.has(mark) || beside > FADING || far > 3 * least) continue;
    mark.y += (mark.y < y ? -1 : 1) * (least - far / 3) * (1 - beside / FADING);
  }
}

// The shortest way out of a room.
function leave(room, mark) {
  const reach = mark.radius + 1.5;
  const ways = [
    { x: 0, y: room.top - reach - mark.y },
    { x: 0, y: room.bottom + reach - mark.y },
    { x: room.left - reach - mark.x, y: 0 },
    { x: room.right + reach - mark.x, y: 0 },
  ];
  const way = ways.sort((a, b) => Math.hypot(a.x, a.y) - Math.hypot(b.x, b.y))[0];
  mark.x += way.x;
  mark.y += way.y;
}

// Whether two marks stood on each other; now they do not.
function part(mark, other, still) {
  const least = mark.radius + other.radius + 1;
  const [x, y] = [mark.x - other.x, mark.y - other.y];
  const far = Math.hypot(x, y);
  if (far >= least) return false;
  const [across, down] = far ? [x / far, y / far] : [1, 0];
  const share = still.has(other) ? 1 : 0.5;
  mark.x += across * (least - far) * share;
  mark.y += down * (least - far) * share;
  other.x -= across * (least - far) * (1 - share);
  other.y -= down * (least - far) * (1 - share);
  return true;
}

// By mark the side on which its label stands, for those that get one. Marks come with the weightiest first and are
// { x, y, radius, label, must, mute }: one that must has its label in any case, one that is mute never has and is not
// in the way. Ties are pairs of marks; sight is { width, height }, and pan is how far the map is moved in it.
export function placed(marks, ties, sight, pan = { x: 0, y: 0 }) {
  const obstacles = marks.filter((mark) => !mark.mute && seen(mark, sight));
  const close = new Close(obstacles);
  const behind = new Behind(ties, sight, pan);
  const most = Math.max(8, (sight.width * sight.height) / SPARSE);
  const known = Math.max(3, (sight.width * sight.height) / KNOWN);
  const found = new Map();
  const kept = [];
  for (const mark of obstacles) {
    if (kept.length >= most && !mark.must) continue;
    const thick = kept.length < known ? 1 : DENSE;
    let best = null;
    for (const [order, side] of SIDES.entries()) {
      const box = boxOf(mark, side);
      const over = !inside(box, sight) || kept.some((other) => meet(box, other)) || close.to(box, mark);
      if (over && !mark.must) continue;
      const dense = behind.share(box);
      if (dense > thick && !mark.must) continue;
      const cost = over * 10 + dense * 4 + order * 0.1;
      if (!best || cost < best.cost) best = { cost, side, box };
    }
    if (!best) continue;
    kept.push(best.box);
    found.set(mark, best);
  }
  return found;
}

function boxOf(mark, [across, down], slack = 0) {
  const { x, y, radius, label } = mark;
  const gap = radius + APART;
  const left = { left: x - gap - label.wide, center: x - label.wide / 2, right: x + gap }[across];
  const top = { top: y - gap - label.tall, center: y - label.tall / 2, bottom: y + gap }[down];
  return { left: left - slack, top: top - slack, right: left + label.wide + slack, bottom: top + label.tall + slack };
}

function inside(box, { width, height }) {
  return box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height;
}

function seen({ x, y }, { width, height }) {
  return x >= 0 && y >= 0 && x <= width && y <= height;
}

function meet(one, other) {
  return one.left - APART < other.right && one.right + APART > other.left && one.top < other.bottom && one.bottom > other.top;
}

function covers(box, { x, y, radius }) {
  const reach = radius + 1;
  return box.left < x + reach && box.right > x - reach && box.top < y + reach && box.bottom > y - reach;
}

// Marks by the cells of a grid that they reach into.
class Close {
  constructor(marks) {
    this.cells = new Map();
    for (const mark of marks) {
      const reach = mark.radius + 1;
      for (const key of keys(mark.x - reach, mark.y - reach, mark.x + reach, mark.y + reach)) {
        if (!this.cells.has(key)) this.cells.set(key, []);
        this.cells.get(key).push(mark);
      }
    }
  }

  // Whether a box covers any mark but its own.
  to(box, own) {
    for (const key of keys(box.left, box.top, box.right, box.bottom)) {
      if (this.cells.get(key)?.some((mark) => mark !== own && covers(box, mark))) return true;
    }
    return false;
  }
}

function* keys(left, top, right, bottom) {
  for (let x = Math.floor(left / BUCKET); x * BUCKET <= right; x += 1) {
    for (let y = Math.floor(top / BUCKET); y * BUCKET <= bottom; y += 1) yield x * 100_000 + y;
  }
}

// Which cells of a grid ties run through. The grid moves with the map, so that labels stay as they are while it does.
class Behind {
  constructor(ties, { width, height }, pan) {
    this.pan = pan;
    this.first = { x: Math.floor(-pan.x / CELL), y: Math.floor(-pan.y / CELL) };
    this.columns = Math.ceil(width / CELL) + 2;
    this.cells = new Uint8Array(this.columns * (Math.ceil(height / CELL) + 2));
    for (const [one, other] of ties) {
      if (Math.max(one.x, other.x) < 0 || Math.max(one.y, other.y) < 0) continue;
      if (Math.min(one.x, other.x) > width || Math.min(one.y, other.y) > height) continue;
      const steps = Math.ceil(Math.hypot(other.x - one.x, other.y - one.y) / CELL);
      for (let step = 0; step <= steps; step += 1) {
        const share = step / Math.max(steps, 1);
        const at = { x: one.x + (other.x - one.x) * share, y: one.y + (other.y - one.y) * share };
        if (seen(at, { width, height })) this.cells[this.place(at)] = 1;
      }
    }
  }

  place({ x, y }) {
    const column = Math.floor((x - this.pan.x) / CELL) - this.first.x;
    const row = Math.floor((y - this.pan.y) / CELL) - this.first.y;
    return row * this.columns + column;
  }

  // How much of a box ties run through.
  share(box) {
    let [every, taken] = [0, 0];
    for (let y = box.top + CELL / 2; y < box.bottom; y += CELL) {
      for (let x = box.left + CELL / 2; x < box.right; x += CELL) {
        every += 1;
        taken += this.cells[this.place({ x, y })] || 0;
      }
    }
    return taken / every;
  }
}
