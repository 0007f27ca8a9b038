import type {InputFile} from '@phlo/core'

/** A file in memory that tells what was read of it and is not to be read outside of it. */
export function fileOf(bytes: Uint8Array, path = 's3://lake/t/stats.puffin'): InputFile & {readonly reads: [number, number][]} {
  const reads: [number, number][] = []
  return {
    path,
    size: bytes.length,
    reads,
    async read(start, length) {
      reads.push([start, length])
      if (start < 0 || length < 0 || start + length > bytes.length) throw new Error(`read ${length} bytes at ${start} of ${bytes.length}`)
      return bytes.subarray(start, start + length)
    },
    close: async () => {},
  }
}

/** The Puffin files of the test resources of Iceberg's Java library (Apache License 2.0). */
export const fromJava = {
  empty: Buffer.from('UEZBMVBGQTF7ImJsb2JzIjpbXX0MAAAAAAAAAFBGQTE=', 'base64'),
  uncompressed: Buffer.from(
    `UEZBMWFiY2RlZmdoaXNvbWUgYmxvYiAAIGJpbmFyeSBkYXRhIPCfpK8gdGhhdCBpcyBub3QgdmVyeSB2ZXJ5IHZlcnkgdmVyeSB2ZXJ5IHZlcnkgbG9uZywgaXMgaXQ/
    UEZBMXsiYmxvYnMiOlt7InR5cGUiOiJzb21lLWJsb2IiLCJmaWVsZHMiOlsxXSwic25hcHNob3QtaWQiOjIsInNlcXVlbmNlLW51bWJlciI6MSwib2Zmc2V0Ijo0LCJs
    ZW5ndGgiOjl9LHsidHlwZSI6InNvbWUtb3RoZXItYmxvYiIsImZpZWxkcyI6WzJdLCJzbmFwc2hvdC1pZCI6Miwic2VxdWVuY2UtbnVtYmVyIjoxLCJvZmZzZXQiOjEz
    LCJsZW5ndGgiOjgzfV0sInByb3BlcnRpZXMiOnsiY3JlYXRlZC1ieSI6IlRlc3QgMTIzNCJ9ffMAAAAAAAAAUEZBMQ==`,
    'base64',
  ),
  zstd: Buffer.from(
    `UEZBMSi1L/0kCUkAAGFiY2RlZmdoaRNeudsotS/9JFMFAgCUA3NvbWUgYmxvYiAAIGJpbmFyeSBkYXRhIPCfpK8gdGhhdCBpcyBub3QgdmVyeWxvbmcsIGlzIGl0PwEA
    hV3KI9xJjlBGQTF7ImJsb2JzIjpbeyJ0eXBlIjoic29tZS1ibG9iIiwiZmllbGRzIjpbMV0sInNuYXBzaG90LWlkIjoyLCJzZXF1ZW5jZS1udW1iZXIiOjEsIm9mZnNl
    dCI6NCwibGVuZ3RoIjoyMiwiY29tcHJlc3Npb24tY29kZWMiOiJ6c3RkIn0seyJ0eXBlIjoic29tZS1vdGhlci1ibG9iIiwiZmllbGRzIjpbMl0sInNuYXBzaG90LWlk
    IjoyLCJzZXF1ZW5jZS1udW1iZXIiOjEsIm9mZnNldCI6MjYsImxlbmd0aCI6NzcsImNvbXByZXNzaW9uLWNvZGVjIjoienN0ZCJ9XSwicHJvcGVydGllcyI6eyJjcmVh
    dGVkLWJ5IjoiVGVzdCAxMjM0In19KgEAAAAAAABQRkEx`,
    'base64',
  ),
}
