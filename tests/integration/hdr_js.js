// SPDX-License-Identifier: MIT
// hdr_js.js - compares our histogram with hdr-histogram-js: the same samples must give the same
// buckets octet by octet, our octets must be readable by its decoder, and percentiles must agree.
//
//     node hdr_js.js HIST_DUMP
"use strict";
const zlib = require("zlib");
const { spawnSync } = require("child_process");
const hdr = require("hdr-histogram-js");

const BITS = [0, 4, 7, 10, 14, 17];
const QUANTILES = [0, 0.001, 0.01, 0.05, 0.07, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 1];

// xorshift32, so that every run has the same samples
function random(seed) {
  let x = seed >>> 0;
  return () => {
    x ^= x << 13;
    x >>>= 0;
    x ^= x >>> 17;
    x ^= x << 5;
    x >>>= 0;
    return x;
  };
}

const shapes = {
  "a busy server": (r) => [20000 + (r() >>> 12 >>> r() % 8) * (r() % 16), 1],
  "any magnitude below 2^44": (r) => [Math.floor(((r() % 4096) * 2 ** 32 + r()) / 2 ** (r() % 44)), 1],
  "powers of two and neighbours": (r) => [2 ** (r() % 44) + (r() % 3), 1],
  "many of the same": (r) => [r() % 100000, 1 + (r() % 100000)],
  "small numbers": (r) => [r() % 300, 1],
  "one sample": () => [123456789, 1],
};

function theirs(digits, samples) {
  const h = hdr.build({
    bitBucketSize: 64,
    autoResize: true,
    lowestDiscernibleValue: 1,
    highestTrackableValue: 2,
    numberOfSignificantValueDigits: digits,
    useWebAssembly: false,
  });
  for (const [value, count] of samples) {
    h.recordValueWithCount(value, count);
  }
  return h;
}

// The payload of their V2 encoding: behind the outer head, inflated, behind the inner head.
function theirBuckets(h) {
  const outer = Buffer.from(hdr.encodeIntoCompressedBase64(h), "base64");
  return zlib.inflateSync(outer.subarray(8)).subarray(40).toString("hex");
}

// Our buckets in their envelope.
function envelope(digits, buckets) {
  const payload = Buffer.from(buckets, "hex");
  const head = Buffer.alloc(40);
  head.writeInt32BE(0x1c849303 | 0x10, 0);
  head.writeInt32BE(payload.length, 4);
  head.writeInt32BE(0, 8);
  head.writeInt32BE(digits, 12);
  head.writeBigInt64BE(1n, 16);
  head.writeBigInt64BE(2n ** 52n, 24);
  head.writeDoubleBE(1, 32);
  const inner = zlib.deflateSync(Buffer.concat([head, payload]));
  const outer = Buffer.alloc(8);
  outer.writeInt32BE(0x1c849304 | 0x10, 0);
  outer.writeInt32BE(inner.length, 4);
  return Buffer.concat([outer, inner]).toString("base64");
}

let n = 0;
let failed = 0;
function claim(name, difference) {
  n++;
  console.log(`${difference === null ? "ok" : "not ok"} ${n} - ${name}`);
  if (difference !== null) {
    console.log(`# ${difference}`);
    failed = 1;
  }
}

function compare(digits, shape, dump) {
  const r = random(digits * 7919 + shape.length);
  const samples = Array.from({ length: shape === "one sample" ? 1 : 4000 }, () => shapes[shape](r));
  const run = spawnSync(dump, [String(BITS[digits]), ...QUANTILES.map(String)], {
    input: samples.map((s) => s.join(" ")).join("\n"),
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  const name = `${digits} digits, ${shape}`;
  if (run.status !== 0) {
    claim(name, `hist_dump: ${run.error || run.stderr}`);
    return;
  }
  const ours = JSON.parse(run.stdout);
  const h = theirs(digits, samples);
  claim(`${name}: buckets are equal`, ours.buckets === theirBuckets(h) ? null : "octets differ");
  const read = hdr.decodeFromCompressedBase64(envelope(digits, ours.buckets), 64, false);
  claim(
    `${name}: their decoder counts ours`,
    read.totalCount === h.totalCount && ours.count === h.totalCount
      ? null
      : `${read.totalCount}, ${ours.count}, ${h.totalCount}`
  );
  const wrong = QUANTILES.map((q, i) => [q, ours.quantiles[i], h.getValueAtPercentile(q * 100)])
    .filter(([q, mine]) => q > 0 && q < 1 && mine !== undefined)
    .filter(([, mine, other]) => mine !== Math.min(other, ours.max))
    // the least and the greatest sample are exact here and bounds of their bucket there
    .filter(([q, mine]) => !(Math.ceil(q * ours.count) <= 1 && mine === Math.min(...samples.map((s) => s[0]))));
  claim(`${name}: percentiles agree`, wrong.length === 0 ? null : JSON.stringify(wrong));
}

for (let digits = 1; digits <= 5; digits++) {
  for (const shape of Object.keys(shapes)) {
    compare(digits, shape, process.argv[2]);
  }
}
console.log(`1..${n}`);
process.exit(failed);
