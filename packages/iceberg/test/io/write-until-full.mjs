import {localFileIO} from '@phlo/iceberg'

// Writes more than there is room for, and tells what became of it.
const [path] = process.argv.slice(2)
const file = await localFileIO().create(path)
try {
  for (let part = 0; part < 64; part++) await file.write(Buffer.alloc(4096, part))
  await file.close()
  console.log(JSON.stringify({written: file.bytesWritten}))
} catch ({code, exit, message}) {
  await file.abort()
  console.log(JSON.stringify({code, exit, message, written: file.bytesWritten}))
}
