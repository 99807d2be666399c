// Pictures are made small here, in the reader's browser, so that the originals never leave it;
// then each is sent to this app's own route.  What the browser cannot read is told by its name.

const LONGEST = 320; // px of the longer side that is sent
const SMALLEST = 16; // px, as tlcore.data.own.picture
const HEAVY = 80e6; // bytes of an original; a telephone would not survive reading it
const AT_ONCE = 4; // files on their way
// Pictures in the making: each fills memory, of which a telephone has little.
const MAKING = matchMedia("(pointer: coarse)").matches ? 2 : Math.min(4, Math.max(2, (navigator.hardwareConcurrency ?? 2) / 2));
const ZIP = /\.zip$/i;
// Meant as a picture: what is none of ours is refused by its name and not passed over.
const PICTURE = /\.(jpe?g|png|webp|gif|bmp|avif|heic|heif|tiff?|svg)$/i;

const heic = (file) => /\.hei[cf]$/i.test(file.name) || /hei[cf]/.test(file.type);
const looksLikePicture = (file) => file.type.startsWith("image/") || PICTURE.test(file.name);

/** Why a file is left out: a key of a text, and what stands in it. */
class Refused extends Error {
  constructor(key, values = {}) {
    super(key);
    Object.assign(this, { key, values });
  }
}

const starts = (bytes, text, at = 0) => [...text].every((c, n) => bytes[at + n] === c.charCodeAt(0));
const number = (bytes, at) => ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;

/** "" for a whole JPEG, PNG or WebP; else the key of why it is refused.  As tlcore.data.own.picture.is_whole:
 * a browser would leave blank what is missing. */
function refusedBytes(bytes) {
  if (starts(bytes, "RIFF") && starts(bytes, "WEBP", 8)) {
    const size = number([bytes[7], bytes[6], bytes[5], bytes[4]], 0);
    return bytes.length >= 8 + size ? "" : "error.picture.damaged";
  }
  if (starts(bytes, "\x89PNG\r\n\x1a\n")) {
    let [at, end] = [8, false];
    while (!end && at + 12 <= bytes.length) {
      end = starts(bytes, "IEND", at + 4);
      at += 12 + number(bytes, at);
    }
    return end && at <= bytes.length ? "" : "error.picture.damaged";
  }
  if (!starts(bytes, "\xff\xd8\xff")) return "own.no_picture";
  for (let at = bytes.indexOf(0xff, 2); at >= 0 && at < bytes.length - 1; at = bytes.indexOf(0xff, at)) {
    const kind = bytes[at + 1];
    if (kind === 0xd9) return ""; // the end of the image
    if (kind <= 1 || (kind >= 0xd0 && kind <= 0xd8)) at += 2; // a value, or a marker without a length
    else if (kind === 0xff) at += 1; // filling
    else at += 2 + (bytes[at + 2] << 8 | bytes[at + 3]);
  }
  return "error.picture.damaged";
}

/** The picture as the camera meant it, whichever way the browser can read it. */
async function opened(file) {
  const why = refusedBytes(new Uint8Array(await file.arrayBuffer()));
  if (why) throw new Refused(why === "own.no_picture" && heic(file) ? "own.heic" : why);
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch { /* some browsers read in an element what they cannot read here */ }
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    return image;
  } catch {
    throw new Refused("own.unread");
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

function paper(width, height) {
  const canvas = window.OffscreenCanvas ? new OffscreenCanvas(width, height) : document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const pen = canvas.getContext("2d");
  Object.assign(pen, { fillStyle: "#fff", imageSmoothingQuality: "high" });
  pen.fillRect(0, 0, width, height); // what is transparent becomes white
  return { canvas, pen };
}

/** The picture at a smaller size.  The browser's own way costs a third; where it knows none, by
 * halves: one leap would leave out most pixels. */
async function scaled(source, width, height) {
  try {
    return await createImageBitmap(source, { resizeWidth: width, resizeHeight: height, resizeQuality: "high" });
  } catch { /* an older browser */ }
  let from = source;
  let [w, h] = [source.naturalWidth || source.videoWidth || source.width, source.naturalHeight || source.videoHeight || source.height];
  while (w > width || h > height) {
    [w, h] = [Math.max(width, Math.ceil(w / 2)), Math.max(height, Math.ceil(h / 2))];
    const { canvas, pen } = paper(w, h);
    pen.drawImage(from, 0, 0, w, h);
    from = canvas;
  }
  return from;
}

/** A JPEG of at most 320 px. */
async function shrunk(source) {
  const width = source.naturalWidth || source.videoWidth || source.width;
  const height = source.naturalHeight || source.videoHeight || source.height;
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  const [w, h] = [width, height].map((side) => Math.max(1, Math.round(side * scale)));
  if (Math.min(w, h) < SMALLEST) throw new Refused("own.tiny", { limit: SMALLEST });
  const small = scale < 1 ? await scaled(source, w, h) : source;
  if (small !== source) source.close?.(); // the memory of a whole photograph
  const { canvas, pen } = paper(w, h);
  pen.drawImage(small, 0, 0, w, h);
  small.close?.();
  const blob = await (canvas.convertToBlob?.({ type: "image/jpeg", quality: 0.9 })
    ?? new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9)));
  if (!blob) throw new Refused("own.unread");
  return blob;
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Send one file; a busy server is asked again, a lost connection for half a minute. */
async function sent(address, body) {
  for (let attempt = 1; ; attempt += 1) {
    let answer = null;
    try {
      answer = await fetch(address, { method: "POST", body, headers: { "Content-Type": "application/octet-stream" } });
    } catch { /* no connection */ }
    if (answer?.ok) return;
    if ((answer && answer.status !== 429) || attempt > 8) {
      const told = answer ? await answer.json().catch(() => ({})) : {};
      throw new Refused(told.error ? `error.${told.error}` : "own.no_connection", told.values ?? {});
    }
    await pause(Math.min(8000, 300 * 2 ** attempt * (0.5 + Math.random())));
  }
}

/** One delivery: `add` files while others go out, `done` tells how many there were. */
class Delivery {
  constructor(api, limits, tell) {
    Object.assign(this, { api, limits, tell, waiting: [], total: 0, ready: 0, good: 0, refused: [], running: 0, shrinking: 0, stopped: false, held: false });
    this.batch = [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
  }

  /** `files`: [{file, label, where}], label the id or the name of a class, where what it is called. */
  add(files) {
    this.waiting.push(...files);
    this.total += files.length;
    for (let more = Math.min(AT_ONCE - this.running, this.waiting.length); more > 0; more -= 1) this.go();
    this.tell(this);
  }

  async go() {
    this.running += 1;
    while (this.waiting.length && !this.stopped) {
      const { file, label, where } = this.waiting.shift();
      try {
        await this.take(file, label);
        this.good += 1;
      } catch (error) {
        const known = error instanceof Refused;
        this.refused.push({ name: where, key: known ? error.key : "own.unread", values: known ? error.values : {} });
      }
      this.ready += 1;
      this.tell(this);
    }
    this.running -= 1;
    if (!this.running) this.tell(this);
  }

  async take(file, label) {
    const zip = ZIP.test(file.name);
    const limit = zip ? this.limits.zip : HEAVY;
    if (file.size === 0) throw new Refused("error.own.empty");
    if (file.size > limit) throw new Refused("own.heavy", { limit: Math.round(limit / 2 ** 20) });
    const body = zip ? file : await this.small(file);
    if (this.stopped) return;
    const asked = new URLSearchParams({ batch: this.batch, class: zip ? "" : label, name: file.name });
    await sent(`${this.api}?${asked}`, body);
  }

  async small(file) {
    while (this.shrinking >= MAKING) await pause(5);
    this.shrinking += 1;
    try {
      return await shrunk(await opened(file));
    } finally {
      this.shrinking -= 1;
    }
  }

  get over() { return !this.held && this.running === 0 && (this.stopped || this.waiting.length === 0); }
}

/** Files of what was dropped, folders looked through; a folder is the class of what lies in it. */
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, label: "" }));
  const found = [];
  const look = async (entry, label) => {
    if (entry.isFile) {
      const file = await new Promise((done, failed) => entry.file(done, failed)).catch(() => null);
      if (file) found.push({ file, label });
      return;
    }
    const reader = entry.createReader();
    for (;;) { // a browser hands over a hundred at a time
      const some = await new Promise((done, failed) => reader.readEntries(done, failed)).catch(() => []);
      if (!some.length) return;
      for (const inner of some) await look(inner, entry.name);
    }
  };
  for (const entry of entries) await look(entry, "");
  return found;
}

/** Files of a folder that was chosen: the class is the folder that a file lies in. */
const inFolders = (files) => [...files].map((file) => ({ file, label: (file.webkitRelativePath || "").split("/").at(-2) ?? "" }));

/** Without what computers put into folders by themselves, and what nobody would take for a picture. */
const meant = (files) => files.filter(({ file }) => !/^(\.|thumbs\.db$|desktop\.ini$)/i.test(file.name) && (looksLikePicture(file) || ZIP.test(file.name)));
