/*
 * scan.js - reads a code with the camera, where the browser can, and puts it into the field.
 *
 * Nothing is sent: the picture stays here, and whoever scanned presses the button
 * as who typed.  Without BarcodeDetector or a camera nothing of it shows, and
 * typing works all the same.
 *
 * No library, no storage, no address.
 */
'use strict';

const part = (id) => document.getElementById(id);
const say = (what) => { part('scanned').textContent = part('scanned').dataset[what] ?? ''; };
let stream = null;

/* Sixteen letters and digits, in groups of four; null: another kind of picture. */
const codeIn = (text) => {
  const plain = text.toUpperCase().replace(/[^0-9A-Z]/g, '');
  return plain.length === 16 ? plain.replace(/(.{4})(?=.)/g, '$1-') : null;
};

function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  part('picture').srcObject = null;
  part('picture').hidden = part('stop').hidden = true;
  part('camera').hidden = false;
}

async function look(detector) {
  while (stream !== null) {
    const seen = await detector.detect(part('picture')).catch(() => []);
    const code = seen.map((one) => codeIn(one.rawValue)).find((one) => one !== null);
    if (code !== undefined && stream !== null) {
      stop();
      part('f-code').value = code;
      part('f-code').focus();
      say('found');
      return;
    }
    await new Promise((done) => setTimeout(done, 150));
  }
}

async function start(detector) {
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: 'environment' } });
    part('picture').srcObject = stream;
    part('picture').hidden = part('stop').hidden = false;
    part('camera').hidden = true;
    await part('picture').play();
    say('looking');
    await look(detector);
  } catch {
    stop();
    say('refused');
  }
}

async function offer() {
  if (!('BarcodeDetector' in window) || navigator.mediaDevices?.getUserMedia === undefined) return;
  if (!(await BarcodeDetector.getSupportedFormats()).includes('qr_code')) return;
  const detector = new BarcodeDetector({ formats: ['qr_code'] });
  part('camera').addEventListener('click', () => start(detector));
  part('stop').addEventListener('click', () => { stop(); say(''); });
  window.addEventListener('pagehide', stop);
  part('scan').hidden = false;
}

offer();
