import {ExitCode, messageOf, PhloError, unavailable} from '@phlo/core'

/** The code of an error of the operating system, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** An error of the operating system as one of a FileIO, naming the path as it was asked for. Others are passed on. */
export function fromLocalError(error: unknown, path: string): Error {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EISDIR':
      return unavailable('FILE_NOT_FOUND', `The file ${path} does not exist.`, {cause: error})
    case 'EEXIST':
      return new PhloError(`The file ${path} exists already and is not replaced.`, {
        code: 'FILE_EXISTS',
        exit: ExitCode.conflict,
        cause: error,
      })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return unavailable('STORAGE_DENIED', `${path} cannot be read or written: ${messageOf(error)}.`, {cause: error})
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return unavailable('STORAGE_FULL', `There is no room left to write ${path}.`, {
        cause: error,
        suggestions: ['free some room and run the command again; nothing was committed'],
      })
    case 'EIO':
    case 'EMFILE':
    case 'ENFILE':
    case 'ENAMETOOLONG':
      return unavailable('STORAGE_UNAVAILABLE', `${path} could not be read or written: ${messageOf(error)}.`, {cause: error})
    default:
      return error instanceof Error ? error : new Error(messageOf(error))
  }
}

/** A file was written to, or closed, after its end. */
export function fileEnded(path: string): PhloError {
  return new PhloError(`${path} was closed or given up already and takes no more bytes.`, {code: 'FILE_CLOSED', exit: ExitCode.failed})
}
