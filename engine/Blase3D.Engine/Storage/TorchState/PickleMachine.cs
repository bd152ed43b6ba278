using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Blase3D.Engine.Storage.TorchState;

/// <summary>
/// Reads the pickle of a PyTorch state dictionary without executing anything: a fixed set of opcodes builds values of our own types,
/// and the few importable names that a state dictionary needs stand for rules in this class. Everything else is refused.
/// </summary>
/// <remarks>
/// Opcodes as described in the comments of CPython's Lib/pickletools.py (protocols 2 to 5). Nothing recurses, so a structure that
/// contains itself cannot exhaust the call stack; every opcode costs at least one byte, so the work is bounded by the length of the pickle.
/// </remarks>
internal sealed partial class PickleMachine
{
    /// <summary>The longest pickle read: a state dictionary of blase needs under 1 KiB.</summary>
    public const int MaxPickleBytes = 4 << 20;

    /// <summary>The most values on the stack, marks included.</summary>
    public const int MaxStack = 1 << 16;

    /// <summary>The largest memo index.</summary>
    public const int MaxMemo = 1 << 16;

    private readonly string _path;
    private readonly byte[] _pickle;
    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = []; // stack heights at which groups were opened
    private readonly Dictionary<int, object?> _memo = [];
    private int _position;

    private PickleMachine(string path, byte[] pickle) => (_path, _pickle) = (path, pickle);

    /// <summary>The value that the pickle leaves on the stack.</summary>
    /// <param name="path">The file, for error sentences.</param>
    /// <param name="pickle">The bytes of data.pkl.</param>
    /// <exception cref="EngineException">BadInput: anything that a state dictionary does not hold.</exception>
    public static object? Read(string path, byte[] pickle) => new PickleMachine(path, pickle).Run();

    private object? Run()
    {
        while (true)
        {
            int at = _position;
            byte opcode = Take(1)[0];
            if (opcode == (byte)'.') break;
            Execute(opcode, at);
            if (_stack.Count + _marks.Count > MaxStack) throw Refuse($"keeps more than {MaxStack} values on the pickle stack at byte {at}");
        }

        object? result = Pop();
        if (_stack.Count + _marks.Count != 0) throw Refuse("leaves values behind on the pickle stack");
        return result;
    }

    private void Execute(byte opcode, int at)
    {
        switch (opcode)
        {
            case 0x80: Protocol(Take(1)[0]); break;
            case 0x95: Take(8); break; // FRAME: a hint for buffered reading
            case (byte)'(': _marks.Push(_stack.Count); break;
            case (byte)'N': _stack.Add(null); break;
            case 0x88: _stack.Add(true); break;
            case 0x89: _stack.Add(false); break;
            case (byte)'J': _stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case (byte)'K': _stack.Add((long)Take(1)[0]); break;
            case (byte)'M': _stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case 0x8a: _stack.Add(LongInteger(Take(1)[0])); break;
            case (byte)'G': _stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case (byte)'X': _stack.Add(Text(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case 0x8c: _stack.Add(Text(Take(1)[0])); break;
            case (byte)')': _stack.Add(new PickleTuple([])); break;
            case (byte)'t': _stack.Add(new PickleTuple(PopToMark())); break;
            case 0x85: _stack.Add(new PickleTuple(PopMany(1))); break;
            case 0x86: _stack.Add(new PickleTuple(PopMany(2))); break;
            case 0x87: _stack.Add(new PickleTuple(PopMany(3))); break;
            case (byte)']': _stack.Add(new PickleList()); break;
            case (byte)'a': AppendItems(PopMany(1)); break;
            case (byte)'e': AppendItems(PopToMark()); break;
            case (byte)'}': _stack.Add(new PickleDictionary()); break;
            case (byte)'s': SetItems(PopMany(2)); break;
            case (byte)'u': SetItems(PopToMark()); break;
            case (byte)'q': Memoize(Take(1)[0]); break;
            case (byte)'r': Memoize(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))); break;
            case 0x94: Memoize(_memo.Count); break;
            case (byte)'h': Recall(Take(1)[0]); break;
            case (byte)'j': Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))); break;
            case (byte)'c': _stack.Add(Global(Line(), Line())); break;
            case 0x93: StackGlobal(); break;
            case (byte)'Q': _stack.Add(Storage(Pop())); break;
            case (byte)'R': Reduce(); break;
            case (byte)'b': Build(); break;
            default:
                throw Refuse($"uses the pickle opcode 0x{opcode:x2} at byte {at}");
        }
    }

    private void Protocol(byte version)
    {
        if (version is < 2 or > 5) throw Refuse($"is pickled with protocol {version} (2 to 5 are read)");
    }

    private long LongInteger(int byteCount)
    {
        if (byteCount > 8) throw Refuse($"holds an integer of {byteCount} bytes (at most 8 are read)");
        ReadOnlySpan<byte> bytes = Take(byteCount);
        long value = byteCount > 0 && (bytes[^1] & 0x80) != 0 ? -1 : 0;
        for (int i = byteCount - 1; i >= 0; i--) value = (value << 8) | bytes[i];
        return value;
    }

    private string Text(uint byteCount)
    {
        if (byteCount > MaxPickleBytes) throw Refuse($"holds a text of {byteCount} bytes (at most {MaxPickleBytes} are read)");
        return Encoding.UTF8.GetString(Take((int)byteCount));
    }

    private string Line()
    {
        int length = _pickle.AsSpan(_position).IndexOf((byte)'\n');
        if (length < 0) throw Refuse("ends in the middle of its pickle");
        string line = Encoding.UTF8.GetString(Take(length));
        _position++;
        return line;
    }

    private void StackGlobal()
    {
        object?[] names = PopMany(2);
        if (names is not [string module, string name]) throw Refuse("imports a name that is not a text");
        _stack.Add(Global(module, name));
    }

    private void Memoize(long index)
    {
        if (index > MaxMemo) throw Refuse($"uses the memo index {index} (at most {MaxMemo} is read)");
        if (_stack.Count == Floor) throw Refuse("memoizes a value that is not there");
        _memo[(int)index] = _stack[^1];
    }

    private void Recall(long index)
    {
        if (index > MaxMemo || !_memo.TryGetValue((int)index, out object? value))
        {
            throw Refuse($"asks for the memo index {index}, which was never stored");
        }

        _stack.Add(value);
    }

    private void AppendItems(object?[] items)
    {
        if (Peek() is not PickleList list) throw Refuse("appends to something that is not a list");
        list.Items.AddRange(items);
    }

    private void SetItems(object?[] items)
    {
        if (Peek() is not PickleDictionary dictionary) throw Refuse("sets a key of something that is not a dictionary");
        if (items.Length % 2 != 0) throw Refuse("sets a key without a value");
        for (int i = 0; i < items.Length; i += 2)
        {
            if (items[i] is not string key) throw Refuse("has a dictionary key that is not a text");
            dictionary.Items.Add(new(key, items[i + 1]));
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _pickle.Length - _position) throw Refuse("ends in the middle of its pickle");
        var bytes = _pickle.AsSpan(_position, count);
        _position += count;
        return bytes;
    }

    private object? Pop() => PopMany(1)[0];

    private object? Peek() => _stack.Count > Floor ? _stack[^1] : null;

    /// <summary>The stack height below which the open group must not reach.</summary>
    private int Floor => _marks.Count > 0 ? _marks.Peek() : 0;

    private object?[] PopMany(int count)
    {
        int start = _stack.Count - count;
        if (start < Floor) throw Refuse("takes a value from an empty pickle stack");
        return PopFrom(start);
    }

    private object?[] PopToMark()
    {
        if (!_marks.TryPop(out int start)) throw Refuse("closes a group that was never opened");
        return PopFrom(start);
    }

    private object?[] PopFrom(int start)
    {
        object?[] items = [.. CollectionsMarshal.AsSpan(_stack)[start..]];
        _stack.RemoveRange(start, items.Length);
        return items;
    }

    private EngineException Refuse(string what) => TorchFormat.Refuse(_path, what);
}
