// libjpeg-turbo's decoder, as far as it is used: the package has no types of its own.

declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/*' {
  const create: () => Promise<{
    readonly JPEGDecoder: new () => {
      /** Memory for the file's bytes. */
      getEncodedBuffer(length: number): Uint8Array;
      /** Throws a number where the data are damaged. */
      decode(): void;
      getFrameInfo(): {
        readonly width: number;
        readonly height: number;
        readonly componentCount: number;
      };
      /** A view of memory that the next picture overwrites. */
      getDecodedBuffer(): Uint8Array;
      delete(): void;
    };
  }>;
  export default create;
}
