const SMALL_PAGE = 8 * 1024

/** Pages of fewer bytes before compression are joined to larger ones; less is small where pages are to be of few bytes. */
export const smallPage = (pageBytes: number) => Math.min(SMALL_PAGE, pageBytes / 4)
