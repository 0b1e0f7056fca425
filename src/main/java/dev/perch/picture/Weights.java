package dev.perch.picture;

/**
 * How much each of a row's samples counts for each sample of a row of another length: by the part of it that lies under the other. Of fewer samples
 * each is the mean of those it replaces, so that fine patterns become grey and do not flicker.
 */
final class Weights {
    /** The sum of the weights of one sample. */
    static final int ONE = 1 << 10;

    private final int[] first; // of the samples that count for one
    private final int[] offset; // where their weights begin; one more than there are samples
    private final int[] weights;

    private Weights(int[] first, int[] offset, int[] weights) {
        this.first = first;
        this.offset = offset;
        this.weights = weights;
    }

    /** Makes {@code to} samples of {@code from}, at least one each. */
    static Weights of(int from, int to) {
        double ratio = (double) from / to;
        int most = (int) Math.ceil(ratio) + 1;
        int[] first = new int[to];
        int[] offset = new int[to + 1];
        int[] weights = new int[to * most];
        for (int i = 0; i < to; i++) {
            double begin = i * ratio;
            double end = Math.min(from, (i + 1) * ratio);
            first[i] = Math.min(from - 1, (int) begin);
            int last = Math.max(first[i], Math.min(from, (int) Math.ceil(end)) - 1);
            int sum = 0;
            int at = offset[i];
            for (int sample = first[i]; sample < last; sample++) {
                double covered = Math.min(sample + 1, end) - Math.max(sample, begin);
                weights[at] = (int) Math.round(covered / (end - begin) * ONE);
                sum += weights[at++];
            }
            weights[at++] = ONE - sum;
            offset[i + 1] = at;
        }
        return new Weights(first, offset, weights);
    }

    /** Returns the first sample that counts for {@code index}. */
    int first(int index) {
        return first[index];
    }

    /** Returns how many samples count for {@code index}. */
    int count(int index) {
        return offset[index + 1] - offset[index];
    }

    /** Returns the weight of the {@code nth} sample that counts for {@code index}. */
    int weight(int index, int nth) {
        return weights[offset[index] + nth];
    }
}
