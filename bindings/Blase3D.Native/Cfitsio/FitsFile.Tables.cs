using System.Runtime.InteropServices;

namespace Blase3D.Native.Cfitsio;

/// <content>Tables.</content>
public sealed partial class FitsFile
{
    /// <summary>The columns of the table of the current HDU.</summary>
    /// <exception cref="FitsException">The current HDU is an image.</exception>
    public IReadOnlyList<FitsColumn> Columns
    {
        get
        {
            using (FitsLibrary.Enter())
            {
                RequireKind("ffgncl", image: false);
                int status = 0;
                _ = FitsNative.ffgncl(_file.Pointer, out int count, ref status);
                Check(status, "ffgncl");
                var columns = new FitsColumn[count];
                for (int c = 1; c <= count; c++)
                {
                    _ = FitsNative.ffeqtyll(_file.Pointer, c, out int type, out long repeat, out _, ref status);
                    Check(status, "ffeqtyll");
                    string name = ReadStringKey($"TTYPE{c}") ?? string.Empty;
                    columns[c - 1] = new FitsColumn(name.Trim(), (ReadStringKey($"TUNIT{c}") ?? string.Empty).Trim(), repeat, type);
                }

                return columns;
            }
        }
    }

    /// <summary>The number of rows of the table of the current HDU.</summary>
    /// <exception cref="FitsException">The current HDU is an image.</exception>
    public long RowCount
    {
        get
        {
            using (FitsLibrary.Enter())
            {
                RequireKind("ffgnrwll", image: false);
                int status = 0;
                _ = FitsNative.ffgnrwll(_file.Pointer, out long rows, ref status);
                Check(status, "ffgnrwll");
                return rows;
            }
        }
    }

    /// <summary>Reads all values of a number column, scaled by TSCAL and TZERO; blanks become NaN.</summary>
    /// <param name="name">The column, letter case ignored.</param>
    /// <returns>Shape [rows, repeat].</returns>
    /// <exception cref="FitsException">There is no such column, it does not hold numbers, or the file is damaged.</exception>
    public double[] ReadColumn(string name) => ReadColumn(IndexOf(name));

    /// <summary>As <see cref="ReadColumn(string)"/>, by index.</summary>
    /// <param name="index0">0 for the first column.</param>
    /// <inheritdoc cref="ReadColumn(string)"/>
    public unsafe double[] ReadColumn(int index0)
    {
        using (FitsLibrary.Enter())
        {
            FitsColumn column = ColumnAt(index0);
            if (column.TypeCode < 0) throw Refuse("ffgcv", column, "has arrays of variable length, which are not read");
            if (column.TypeCode == FitsNative.TypeString) throw Refuse("ffgcv", column, "holds text, not numbers");
            double[] values = Allocate<double>(column, column.Repeat);
            if (values.Length == 0) return values;
            int status = 0;
            _ = FitsNative.ffgtclll(_file.Pointer, index0 + 1, out int stored, out _, out _, ref status);

            // As for images: floats of a binary table keep their infinities only when blanks are not asked for.
            bool floats = Kind == FitsHduKind.BinaryTable && (stored is FitsNative.TypeFloat or FitsNative.TypeDouble);
            double blank = double.NaN;
            double* marker = floats ? null : &blank;
            int type = FitsNative.TypeDouble;
            fixed (double* first = values)
            {
                _ = FitsNative.ffgcv(_file.Pointer, type, index0 + 1, 1, 1, values.Length, marker, first, out _, ref status);
            }

            Check(status, "ffgcv");
            return values;
        }
    }

    /// <summary>Reads all values of a text column, one per row, without trailing blanks.</summary>
    /// <param name="name">The column, letter case ignored.</param>
    /// <exception cref="FitsException">There is no such column, it does not hold text, or the file is damaged.</exception>
    public string[] ReadStringColumn(string name) => ReadStringColumn(IndexOf(name));

    /// <summary>As <see cref="ReadStringColumn(string)"/>, by index.</summary>
    /// <param name="index0">0 for the first column.</param>
    /// <inheritdoc cref="ReadStringColumn(string)"/>
    public unsafe string[] ReadStringColumn(int index0)
    {
        using (FitsLibrary.Enter())
        {
            FitsColumn column = ColumnAt(index0);
            if (column.TypeCode != FitsNative.TypeString) throw Refuse("ffgcvs", column, "does not hold text of fixed length");
            int status = 0;
            _ = FitsNative.ffgcdw(_file.Pointer, index0 + 1, out int width, ref status);
            Check(status, "ffgcdw");
            string[] values = Allocate<string>(column, 1);
            var buffer = new byte[width + 1];
            byte none = 0;
            fixed (byte* text = buffer)
            {
                for (int row = 0; row < values.Length; row++)
                {
                    byte* target = text;
                    _ = FitsNative.ffgcvs(_file.Pointer, index0 + 1, row + 1, 1, 1, &none, &target, out _, ref status);
                    Check(status, "ffgcvs");
                    values[row] = (Marshal.PtrToStringUTF8((nint)text) ?? string.Empty).TrimEnd(' ');
                }
            }

            return values;
        }
    }

    /// <summary>Appends a binary table of 64-bit floats, one value per row and column, and makes it the current HDU.</summary>
    /// <param name="extName">EXTNAME.</param>
    /// <param name="columns">Name (TTYPE), unit (TUNIT, may be empty) and values; all columns equally long.</param>
    /// <exception cref="ArgumentException">There is no column, or their lengths differ.</exception>
    /// <exception cref="FitsException">The file cannot be written.</exception>
    public unsafe void WriteTable(string extName, IReadOnlyList<(string Name, string Unit, double[] Values)> columns)
    {
        ArgumentException.ThrowIfNullOrEmpty(extName);
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count == 0) throw new ArgumentException("A table needs a column.", nameof(columns));
        int rows = columns[0].Values.Length;
        if (columns.Any(c => c.Values.Length != rows))
        {
            throw new ArgumentException(
                $"The columns have {string.Join(", ", columns.Select(c => c.Values.Length))} values; all must have as many.",
                nameof(columns));
        }

        using (FitsLibrary.Enter())
        using (var names = new CStringArray(columns.Select(c => c.Name)))
        using (var forms = new CStringArray(columns.Select(_ => "1D")))
        using (var units = new CStringArray(columns.Select(c => c.Unit)))
        {
            int status = 0, kind = FitsNative.BinaryTable;
            _ = FitsNative.ffcrtb(
                _file.Pointer, kind, 0, columns.Count, names.Pointers, forms.Pointers, units.Pointers, extName, ref status);
            Check(status, "ffcrtb");
            for (int c = 0; c < columns.Count && rows > 0; c++)
            {
                fixed (double* first = columns[c].Values)
                {
                    _ = FitsNative.ffpcl(_file.Pointer, FitsNative.TypeDouble, c + 1, 1, 1, rows, first, ref status);
                }

                Check(status, "ffpcl");
            }

            Appended();
        }
    }

    private int IndexOf(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        IReadOnlyList<FitsColumn> columns = Columns;
        for (int c = 0; c < columns.Count; c++)
        {
            if (string.Equals(columns[c].Name, name, StringComparison.OrdinalIgnoreCase)) return c;
        }

        throw new FitsException(
            "ffgcno", Where, 0, $"there is no column {name}; the columns are {string.Join(", ", columns.Select(c => c.Name))}");
    }

    private FitsColumn ColumnAt(int index0)
    {
        IReadOnlyList<FitsColumn> columns = Columns;
        ArgumentOutOfRangeException.ThrowIfNegative(index0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index0, columns.Count);
        return columns[index0];
    }

    private T[] Allocate<T>(FitsColumn column, long perRow)
    {
        long rows = RowCount;
        if (perRow > 0 && rows > Array.MaxLength / perRow)
        {
            throw Refuse("ffgcv", column, $"has {rows} rows of {perRow} values, more than one array can hold");
        }

        try
        {
            return new T[rows * perRow];
        }
        catch (OutOfMemoryException)
        {
            throw Refuse("ffgcv", column, $"has {rows} rows of {perRow} values, more than the memory can hold");
        }
    }

    private FitsException Refuse(string call, FitsColumn column, string reason) => new(
        call, Where, 0, $"the column {column.Name} {reason}");

    /// <summary>An array of C strings.</summary>
    private sealed unsafe class CStringArray : IDisposable
    {
        private readonly nint[] _texts;

        internal CStringArray(IEnumerable<string> values)
        {
            _texts = [.. values.Select(Marshal.StringToCoTaskMemUTF8)];
            Pointers = (byte**)NativeMemory.Alloc((nuint)_texts.Length, (nuint)sizeof(byte*));
            for (int i = 0; i < _texts.Length; i++) Pointers[i] = (byte*)_texts[i];
        }

        internal byte** Pointers { get; }

        public void Dispose()
        {
            foreach (nint text in _texts) Marshal.FreeCoTaskMem(text);
            NativeMemory.Free(Pointers);
        }
    }
}
