/** Sounds, synthesised: seven loud pulses for urgent, five for high, three for medium, one for low. */

const PULSES = { urgent: 7, high: 5, medium: 3, low: 1, ring: 2 } as const;
const PITCH_HZ = { urgent: 1040, high: 880, medium: 660, low: 520, ring: 440 } as const;
const VOLUME = { urgent: 0.6, high: 0.25, medium: 0.25, low: 0.25, ring: 0.2 } as const;
const PULSE_S = 0.12;
const GAP_S = 0.1;

export type Loudness = keyof typeof PULSES;

let context: AudioContext | null = null;

/** The browser lets a page sound only after a key or a click. */
export function soundReady(): boolean {
  return context?.state === "running";
}

/** Call from a key or a click; afterwards `sound` can be heard. */
export function allowSound(): void {
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume();
}

/** Let a page that somebody has used already be heard at once, as one who has just signed in. */
export function wakeSound(): void {
  if (navigator.userActivation?.hasBeenActive) allowSound();
}

export function sound(level: Loudness): void {
  if (!context || !soundReady()) return;
  for (let pulse = 0; pulse < PULSES[level]; pulse += 1) {
    beep(context, context.currentTime + pulse * (PULSE_S + GAP_S), PITCH_HZ[level], VOLUME[level]);
  }
}

function beep(audio: AudioContext, at: number, pitch: number, loud: number): void {
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(loud, at + 0.01);
  volume.gain.setValueAtTime(loud, at + PULSE_S - 0.02);
  volume.gain.linearRampToValueAtTime(0, at + PULSE_S);
  tone.connect(volume).connect(audio.destination);
  tone.start(at);
  tone.stop(at + PULSE_S);
}
