/** Ultrasonic sensors that the driver knows, by what `model` says. */
export type UltrasonicModel = 'a02yyuw' | 'a01nyub' | 'jsn-sr04t' | 'sen0754' | 'maxbotix-mm' | 'maxbotix-cm';

/** How a model speaks. */
export type UltrasonicWire = {
  /** Bits per second as delivered. */
  readonly baudRate: number;
  /**
   * Distances within which the maker promises a value; outside is the blind zone before the sensor, or nothing in
   * sight. Null for sensors that send lines of text: their framer knows.
   */
  readonly rangeMm: { readonly min: number; readonly max: number } | null;
};

/*
 * DFRobot's wiki: A02YYUW (SEN0311) 3 to 450 cm, A01NYUB (SEN0313) 28 to 750 cm, SEN0754 115200 baud. Its page gives the
 * SEN0754 no range, only the codes FFFD and FFFE: all below them is taken. JSN-SR04T version 3: 20 to 600 cm.
 */
export const ULTRASONIC_MODELS: Readonly<Record<UltrasonicModel, UltrasonicWire>> = {
  a02yyuw: { baudRate: 9600, rangeMm: { min: 30, max: 4500 } },
  a01nyub: { baudRate: 9600, rangeMm: { min: 280, max: 7500 } },
  'jsn-sr04t': { baudRate: 9600, rangeMm: { min: 200, max: 6000 } },
  sen0754: { baudRate: 115_200, rangeMm: { min: 1, max: 0xfffc } },
  'maxbotix-mm': { baudRate: 9600, rangeMm: null },
  'maxbotix-cm': { baudRate: 9600, rangeMm: null },
};
