/** Levels as they arrived, for charts: bounded for a slot and for all of them together. */
export type History = {
  /** @param percent null leaves a gap. */
  add(key: string, atMs: number, percent: number | null): void;
  /** Times in seconds and levels, oldest first. */
  of(key: string): Series;
};

export type Series = { readonly timesS: readonly number[]; readonly percents: readonly (number | null)[] };

type Points = { timesS: number[]; percents: (number | null)[] };

export const POINTS_MAX = 600;
/** Some 40 MB when each of them is full. */
export const SERIES_MAX = 4_000;

const NOTHING: Series = { timesS: [], percents: [] };

/** PURE but for what it holds itself. */
export function createHistory(pointsMax = POINTS_MAX, seriesMax = SERIES_MAX): History {
  const all = new Map<string, Points>();
  return {
    add(key, atMs, percent) {
      const points = all.get(key) ?? { timesS: [], percents: [] };
      // Last in the order of the map is who was heard last; the first goes when there are too many.
      all.delete(key);
      all.set(key, points);
      const [oldest] = all.size > seriesMax ? all.keys() : [];
      if (oldest !== undefined) all.delete(oldest);
      const lastS = points.timesS.at(-1);
      const timeS = atMs / 1000;
      // A chart needs times that rise: what comes late or twice is left out.
      if (lastS !== undefined && timeS <= lastS) return;
      points.timesS.push(timeS);
      points.percents.push(percent);
      if (points.timesS.length > pointsMax) thin(points);
    },
    of: (key) => all.get(key) ?? NOTHING,
  };
}

/** Leaves out every other point of the older half: the past gets coarser, and stays. */
function thin(points: Points): void {
  const half = Math.floor(points.timesS.length / 2);
  const stays = (index: number): boolean => index >= half || index % 2 === 0;
  points.timesS = points.timesS.filter((_, index) => stays(index));
  points.percents = points.percents.filter((_, index) => stays(index));
}
