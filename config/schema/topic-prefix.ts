/** Where the topics of devices begin when nobody says otherwise: in the configuration and on the dashboard. */
export const TOPIC_PREFIX_DEFAULT = 'replenish';
