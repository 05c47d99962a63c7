/** Where it is, what belongs together and what is known from before, in English. */
import type { faPlaces } from "./fa.places";

export const enPlaces: typeof faPlaces = {
  search: {
    label: "Place",
    hint: "A village, coordinates, a map link, or “road … km …”",
    results: "Places found",
    nothing: "No such place was found.",
    radius: (metres: string) => `within ${metres}`,
    swapped: "Longitude was written first; it was read the other way round.",
    km: (km: string) => `km ${km}`,
    fromEnd: "counted from the road's other end",
    outside: "outside the province",
    otherCounties: (counties: string) => `So uncertain, it may lie in another county: ${counties}`,
    basis: {
      decimal: "Coordinates",
      sexagesimal: "Degrees and minutes",
      utm: "UTM",
      geo_uri: "geo link",
      map_link: "Map link",
      map_view: "Middle of the linked map",
      road_km: "Kilometre of a road",
      gazetteer: "Gazetteer",
    },
  },

  duplicates: {
    title: "It may be this one",
    near: (distance: string) => `within ${distance}`,
    sameCaller: "Same number",
    apart: (time: string) => `${time} apart`,
    same: "Same incident",
    related: "Related",
    different: "Different",
    sameChosen: (incident: string) => `Once saved, it is merged with ${incident}.`,
    relatedChosen: (incident: string) => `Once saved, it is linked to ${incident}.`,
    change: "Change",
  },

  links: {
    title: "Linked incidents",
    goesOn: (incident: string) => `A duplicate; it goes on in ${incident}.`,
    merged: (incident: string) => `${incident} was merged into this`,
    related: (incident: string) => `Related to ${incident}`,
    open: "Open",
    unmerge: "Unmerge",
    unlink: "Take the link back",
    find: "Look for like reports",
    none: "No incident like this was found.",
    mergeInto: "Merge into it",
    link: "Link",
    audited: "Each look is recorded with your name.",
  },

  history: {
    title: "History and cautions",
    show: "Show history and cautions",
    none: "There is no history and no caution.",
    caution: (what: string) => `Caution: ${what}`,
    about: { place: "About this place", person: "About this person" },
    until: (date: string) => `until ${date}`,
    clear: "Clear the caution",
    set: "Set a caution",
    what: "Which caution",
    aboutLabel: "About",
    earlier: "Earlier incidents",
  },
};
